# Each target sets up what it needs: see dist/tools/setup.
MVN := dist/tools/setup mvn --batch-mode --no-transfer-progress
# Or quick.
BENCH := full

.DEFAULT_GOAL := help
.PHONY: help demo test tarball dist bench

help:
	@echo "make demo   build, and show a pod with an overlay and an underlay NIC before and after the router plugin"
	@echo "make test   build, check and test everything on the real kernel, in namespaces that vanish"
	@echo "make dist   build the tarball for /opt/cni/bin, and the launcher for the other architecture, in dist/target"
	@echo "make bench  build the tarball, and time it beside the CNI project's plugins and the bare kernel; BENCH=quick in a minute"

demo: tarball
	@dist/tools/setup e2e/demo

test:
	@$(MVN) verify
	@dist/tools/no-skipped-tests

tarball:
	@$(MVN) --quiet -DskipTests package

dist:
	@CROSS=1 $(MVN) --quiet -DskipTests package
	@ls -lh dist/target/*.tar.gz dist/target/launcher-linux-*

bench: tarball
	@dist/tools/setup dist/bench $(BENCH)
