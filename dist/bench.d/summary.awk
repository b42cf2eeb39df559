# Of lines that are sorted by name and then by wall time: `PREFIX-NAME median|p99|cpu|agent|memory|rate VALUE`, in ms, MiB and 1/s.
function finish() {
    if (count == 0) return
    print prefix "/" name, "count", count
    print prefix "/" name, "median", wall[int((count + 1) / 2)] / 1e6
    print prefix "/" name, "p99", wall[int(count * 0.99 + 0.999)] / 1e6
    print prefix "/" name, "cpu", (cpu + agent) / count / 1e6
    print prefix "/" name, "agent", agent / count / 1e6
    print prefix "/" name, "memory", memory / 1024
    if (bursts > 0) print prefix "/" name, "rate", count / (bursts / 1e9)
}
$2 != name { finish(); name = $2; count = cpu = agent = memory = bursts = 0 }
{
    wall[++count] = $4; cpu += $5; agent += $6
    if ($7 > memory) memory = $7
    if ($3 == 1) bursts += $8 # each worker has it
}
END { finish() }
