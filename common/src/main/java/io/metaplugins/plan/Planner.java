package io.metaplugins.plan;

/**
 * Turns a configuration and what was seen of the kernel into a plan. Pure: the same configuration
 * and observation always give the same plan, and nothing is touched.
 */
public interface Planner {

    /**
     * What must be read before {@link #plan} can be made. It is asked again with the answers, since
     * one answer may lead to the next question (the index of a veth's other end, then the link of
     * that index), until it asks nothing new.
     */
    Questions questions(Observation soFar);

    /**
     * Makes the plan.
     *
     * @throws PlanException if the pod or the node lacks what the configuration supposes
     */
    Plan plan(Observation seen);
}
