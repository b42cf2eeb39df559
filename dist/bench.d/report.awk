# The report, in Markdown, of the figures of one run: `WHAT KEY VALUE`.
function number(value) { value += 0; return sprintf(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value) }
function some(value) { return value + 0 == 0 ? "–" : number(value) }
function row(name, label) {
    name = "one/" name
    printf "| %s | %s | %s | %s | %s | %s | %.2f | %d |\n", label, number(f[name, "median"]), number(f[name, "p99"]),
        some(f[name, "cpu"]), some(f[name, "agent"]), some(f[name, "memory"]), f[name, "median"] / f["one/sbr-ADD", "median"], f[name, "count"]
}
function rates(name, label, workers, at) {
    printf "| %s |", label
    for (at = 1; at <= 3; at++) {
        workers = "parallel-" sizes[at] "/" name
        printf " %.0f | %s / %s |", f[workers, "rate"], number(f[workers, "median"]), number(f[workers, "p99"])
    }
    print ""
}
function goal(what, is, bound, least, met) {
    met = least ? is + 0 >= bound : is + 0 <= bound
    printf "| %s | %s %s | %s | %s |\n", what, least ? "≥" : "≤", bound, number(is), met ? "met" : "**not met**"
}
function ratio(one, other, key) { return f[one, key] / f[other, key] }
{ key = $2; what = $1; value = $0; sub(/^[^ ]+ [^ ]+ /, "", value); f[what, key] = value }
what == "memory" && key ~ /^[0-9]/ { resident[++samples] = value; after[samples] = key }
END {
    split("1 4 16", sizes, " ")
    printf "\n%s, kernel %s, %s processors, sbr and tuning %s.\n", f["run", "date"], f["run", "kernel"],
        f["run", "processors"], f["run", "sbr"]
    printf "%s%% of the processors went to others meanwhile%s.\n", f["run", "others"],
        (f["run", "others"] + 0 > 5) ? ": **these figures are provisional**" : ""
    print "\n| goal | | measured | |\n|---|---|---|---|"
    goal("router ADD / sbr ADD, median", ratio("one/router-ADD", "one/sbr-ADD", "median"), 0.25)
    goal("router ADD / sbr ADD, processor time", ratio("one/router-ADD", "one/sbr-ADD", "cpu"), 0.25)
    goal("router ADD / sbr ADD, p99", ratio("one/router-ADD", "one/sbr-ADD", "p99"), 0.35)
    goal("router ADD / the kernel's part, median", ratio("one/router-ADD", "one/floor", "median"), 4)
    goal("router ADD / sbr ADD, rate of 16 at once", ratio("parallel-16/router-ADD", "parallel-16/sbr-ADD", "rate"), 4, 1)
    goal("router ADD / tuning ADD, rate of 16 at once", ratio("parallel-16/router-ADD", "parallel-16/tuning-ADD", "rate"), 4, 1)
    goal("MiB of the agent after " after[samples] " times ADD and DEL", resident[samples], 80)
    goal("the same / after " after[2], resident[samples] / resident[2], 1.05)
    goal("ms from the agent's start until it is ready, median", f["starts/ready", "median"], 400)
    goal("the first ADD / a later one, median", ratio("starts/first-ADD", "one/router-ADD", "median"), 5)
    print "\n| one at a time | median ms | p99 ms | processor ms | of it the agent | MiB | × sbr | times |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    row("router-ADD", "**router ADD**, launcher and agent")
    row("router-CHECK", "router CHECK")
    row("router-DEL", "router DEL")
    row("veth-ADD", "veth ADD")
    row("veth-DEL", "veth DEL")
    row("sbr-ADD", "Debian's sbr ADD")
    row("tuning-ADD", "Debian's tuning ADD")
    row("jvm-ADD", "router ADD, a JVM for each call")
    row("jvm-DEL", "router DEL, a JVM for each call")
    row("jvm-empty", "an empty Java program")
    row("floor", "the kernel's part of router ADD")
    row("floor-ADD", "the same in a process of C")
    row("empty", "an empty process of C")
    print "\n| at once | 1: per s | median / p99 ms | 4: per s | median / p99 ms | 16: per s | median / p99 ms |\n|---|--:|--:|--:|--:|--:|--:|"
    rates("router-ADD", "router ADD")
    rates("router-DEL", "router DEL")
    rates("sbr-ADD", "sbr ADD")
    rates("tuning-ADD", "tuning ADD")
    printf "\nWith %d links on the node and %d routes in table 500, an ADD takes %s ms (p99 %s), and %s ms (p99 %s) before.\n",
        f["pods", "links"], f["pods", "routes"], number(f["crowded/router-ADD", "median"]), number(f["crowded/router-ADD", "p99"]),
        number(f["few/router-ADD", "median"]), number(f["few/router-ADD", "p99"])
    printf "\nThe agent is ready after %s ms (at most %s), and its first ADD takes %s ms (at most %s). Its memory:\n\n",
        number(f["starts/ready", "median"]), number(f["starts/ready", "p99"]), number(f["starts/first-ADD", "median"]),
        number(f["starts/first-ADD", "p99"])
    printf "| ADD and DEL |"
    for (at = 1; at <= samples; at++) printf " %s |", after[at]
    printf "\n|---|"
    for (at = 1; at <= samples; at++) printf "--:|"
    printf "\n| MiB, %s before |", number(f["memory", "start"])
    for (at = 1; at <= samples; at++) printf " %.1f |", resident[at]
    print "\n"
}
