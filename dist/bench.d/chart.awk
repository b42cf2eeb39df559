# A chart, in SVG, of the figures of one run: median and p99 of each on a logarithmic scale, and rates of 1, 4 and 16 at once.
function x(ms) { return 250 + 430 * (log(ms < 0.1 ? 0.1 : ms) - log(0.1)) / log(20000) }
function text(at, y, class, what) { printf "<text x=\"%.0f\" y=\"%.0f\" class=\"%s\">%s</text>\n", at, y, class, what }
function number(value) { value += 0; return sprintf(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value) }
function dot(name, label, class, median, p99) {
    median = f["one/" name, "median"]; p99 = f["one/" name, "p99"]; y += 24
    text(240, y + 4, "end", label)
    printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", x(median), x(p99), y, y, class
    printf "<circle cx=\"%.1f\" cy=\"%d\" r=\"5\" class=\"%s\"/>\n", x(median), y, class
    printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" class=\"%s\"/>\n", x(p99), x(p99), y - 5, y + 5, class
    text(700, y + 4, "", number(median) " / " number(p99))
}
function bar(workers, name, label, class, rate) {
    rate = f["parallel-" workers "/" name, "rate"]; y += 20
    text(240, y + 4, "end", label)
    printf "<rect x=\"250\" y=\"%d\" width=\"%.1f\" height=\"12\" class=\"%s\"/>\n", y - 6, 430 * rate / most, class
    text(700, y + 4, "", sprintf("%.0f", rate))
}
{ key = $2; what = $1; value = $0; sub(/^[^ ]+ [^ ]+ /, "", value); f[what, key] = value }
key == "rate" && what ~ /^parallel/ && value + 0 > most { most = value + 0 }
END {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 640\" width=\"800\" height=\"640\" role=\"img\""
    print "    aria-label=\"Median and p99 of whole processes, and how many a second\">"
    print "<style>"
    print "text { font: 13px sans-serif; fill: #24292f } .end { text-anchor: end } .head { font-weight: bold }"
    print ".small { font-size: 11px; text-anchor: middle } .grid { stroke: #d0d7de }"
    print "line.ours, line.peer, line.other { stroke-width: 3 }"
    print ".ours { fill: #0969da; stroke: #0969da } .peer { fill: #bc4c00; stroke: #bc4c00 } .other { fill: #6e7781; stroke: #6e7781 }"
    print "@media (prefers-color-scheme: dark) {"
    print "text { fill: #e6edf3 } .grid { stroke: #30363d } .ours { fill: #4493f8; stroke: #4493f8 }"
    print ".peer { fill: #f0883e; stroke: #f0883e } .other { fill: #8b949e; stroke: #8b949e }"
    print "}\n</style>"
    text(250, 24, "head", "One at a time: median (dot) to p99, ms")
    for (ms = 0.1; ms < 1500; ms *= 10) {
        printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"36\" y2=\"352\" class=\"grid\"/>\n", x(ms), x(ms)
        text(x(ms), 368, "small", ms)
    }
    y = 24
    dot("empty", "an empty process of C", "other"); dot("floor", "the kernel's part of router ADD", "other")
    dot("floor-ADD", "the same in a process of C", "other")
    dot("router-ADD", "router ADD", "ours"); dot("router-CHECK", "router CHECK", "ours"); dot("router-DEL", "router DEL", "ours")
    dot("veth-ADD", "veth ADD", "ours"); dot("veth-DEL", "veth DEL", "ours")
    dot("sbr-ADD", "Debian's sbr ADD", "peer"); dot("tuning-ADD", "Debian's tuning ADD", "peer")
    dot("jvm-empty", "an empty Java program", "other"); dot("jvm-ADD", "router ADD, a JVM for each call", "ours")
    dot("jvm-DEL", "router DEL, a JVM for each call", "ours")
    text(250, 404, "head", "At once: how many a second")
    y = 406
    split("1 4 16", sizes, " ")
    for (at = 1; at <= 3; at++) {
        bar(sizes[at], "router-ADD", "router ADD, " sizes[at] " at once", "ours")
        bar(sizes[at], "sbr-ADD", "sbr ADD", "peer")
        bar(sizes[at], "tuning-ADD", "tuning ADD", "peer")
        y += 10
    }
    print "</svg>"
}
