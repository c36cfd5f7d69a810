#!/usr/bin/env python3
"""Do our GGUF files open in llama.cpp, and does it compute on them what we compute?

For every float model below --weights: `jevons convert` and `jevons quantize` write our file; llama.cpp's logits on it are held
beside `jevons score --exact` on the same file. Where the folder holds llama.cpp's own quantised file of that type with the exact
logits of its weights, llama.cpp runs on that too, and the ratio of the two distances is the figure that counts.
Distance: the median over positions of the root mean square over the vocabulary. Standard library only.

    python3 benchmarks/opens_in_llama_cpp.py --jevons ./jevons --bench BENCH --llama-cpp DIR --weights DIR [--model FILE.gguf] --out FILE.md

BENCH is the built benchmarks/Jevons.Benchmarks; --model adds a quantised file that is requantised.
"""
import argparse, array, hashlib, json, math, pathlib, shlex, struct, subprocess, sys, tempfile

TYPES = ["Q8_0", "Q4_0", "Q4_K_M", "Q6_K"]
LIMIT = 1.2


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["exit code %d" % done.returncode])[-1]


def floats(path):
    data = path.read_bytes()
    if data[:6] == b"\x93NUMPY":
        wide = data[6] >= 2
        data = data[(12 if wide else 10) + int.from_bytes(data[8:12 if wide else 10], "little"):]
    values = array.array("f")
    values.frombytes(data)
    return values


def distance(a, b, positions):
    if len(a) != len(b):
        return math.inf
    n = len(b) // positions
    rows = sorted(math.sqrt(sum((x - y) ** 2 for x, y in zip(a[k * n:(k + 1) * n], b[k * n:(k + 1) * n])) / n) for k in range(positions))
    return rows[positions // 2]


def tensors(path):
    """{name: (type, shape, sha256 of its bytes)} of a GGUF file: metadata differ between writers, weights must not."""
    data = path.read_bytes()
    at = 8

    def number(form):
        nonlocal at
        value, = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return value

    def text():
        nonlocal at
        n = number("Q")
        at += n
        return data[at - n:at].decode()

    def skip(kind):
        nonlocal at
        if kind == 8:
            text()
        elif kind == 9:
            inner, n = number("I"), number("Q")
            for _ in range(n):
                skip(inner)
        else:
            at += {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}[kind]

    count, keys, alignment = number("Q"), number("Q"), 32
    for _ in range(keys):
        key, kind = text(), number("I")
        if key == "general.alignment":
            alignment = struct.unpack_from("<I", data, at)[0]
        skip(kind)
    found = {}
    for _ in range(count):
        name = text()
        shape = tuple(number("Q") for _ in range(number("I")))
        found[name] = (number("I"), shape, number("Q"))
    start = -(-at // alignment) * alignment
    ends = sorted(offset for _, _, offset in found.values()) + [len(data) - start]
    after = {offset: ends[ends.index(offset) + 1] for _, _, offset in found.values()}
    return {name: (kind, shape, hashlib.sha256(data[start + o:start + after[o]].rstrip(b"\0")).hexdigest()) for name, (kind, shape, o) in found.items()}


def same_weights(ours, theirs):
    a, b = tensors(ours), tensors(theirs)
    other = sorted(n for n in a.keys() | b.keys() if a.get(n) != b.get(n))
    return "all" if not other else f"{len(a) - len(other)} of {len(a)}, not {other[0]}"


class Comparison:
    def __init__(self, options, work):
        self.o, self.work, self.rows, self.failures = options, work, [], 0
        self.jevons = shlex.split(options.jevons)

    def peer(self, model, ids):
        out = self.work / "peer.npy"
        error = run(self.o.bench, "logits", "--model", model, "--llama-cpp", self.o.llama_cpp, "--ids", ids, "--out", out)
        return (None, error) if error else (floats(out), None)

    def exact(self, model, ids):
        out = self.work / "exact.npy"
        error = run(*self.jevons, "score", model, "--exact", "--ids", ids, "--logits-out", out)
        return (None, error) if error else (floats(out), None)

    def fail(self, name, kind, error):
        self.failures += 1
        self.rows.append(f"| {name} | {kind} | FAILED: {error} | | | | |")
        print(self.rows[-1], flush=True)

    def compare(self, name, kind, ours, prompt, reference):
        ids = ",".join(map(str, prompt))
        mine, error = self.exact(ours, ids)
        if error:
            return self.fail(name, kind, "jevons: " + error)
        theirs, error = self.peer(ours, ids)
        if error:
            return self.fail(name, kind, "llama.cpp: " + error)
        d = distance(theirs, mine, len(prompt))
        same, own, ratio = "", "", ""
        if reference:
            file, logits = reference
            same = same_weights(ours, file)
            peer, error = self.peer(file, ids)
            if error:
                return self.fail(name, kind, "llama.cpp on its own file: " + error)
            e = distance(peer, floats(logits), len(prompt))
            own, ratio = f"{e:.5f}", f"{d / e:.3f}" if e > 0 else ""
            self.failures += not d <= LIMIT * e
            ratio += "" if d <= LIMIT * e else " TOO FAR"
        n = len(mine) // len(prompt)
        best = lambda x, k: max(range(n), key=x[k * n:(k + 1) * n].__getitem__)
        agree = sum(best(mine, k) == best(theirs, k) for k in range(len(prompt)))
        self.rows.append(f"| {name} | {kind} | {d:.5f} | {own} | {ratio} | {agree} of {len(prompt)} | {same} |")
        print(self.rows[-1], flush=True)

    def folder(self, d):
        golden = [p for p in sorted(d.glob("golden-*.json")) if "cases" in json.loads(p.read_text())]
        cases = [c for p in golden for c in json.loads(p.read_text())["cases"] if len(c.get("prompt") or []) > 1]
        known = json.loads((d / "exact-quantised.json").read_text())["models"] if (d / "exact-quantised.json").exists() else {}
        if not cases:
            return
        prompt = next(iter(known.values()))["prompt"] if known else max(cases, key=lambda c: len(c["prompt"]))["prompt"]
        base = self.work / "float.gguf"
        if (d / "config.json").exists() and (d / "model.safetensors").exists():
            fp8 = "fp8" in d.name
            error = run(*self.jevons, "convert", d, base, "--type", "bf16" if fp8 else "f32")
            kind = "convert, " + ("BF16" if fp8 else "F32")
        else:
            base = next(d.glob("*-f32.gguf"), None)
            error, kind = None, None
        if base is None:
            return
        if error:
            return self.fail(d.name, kind, "jevons: " + error)
        if kind:
            self.compare(d.name, kind, base, prompt, None)
        own = {name[len(d.name) + 1:-len(".gguf")]: c for name, c in known.items()}
        for kind in TYPES + [t for t in own if t not in TYPES and not t.startswith("kvb-")]:
            ours = self.work / "quantised.gguf"
            if kind in ("F16", "BF16"):
                error = run(*self.jevons, "convert", d, ours, "--type", kind.lower())
            else:
                error = run(*self.jevons, "quantize", base, ours, kind)
            if error:
                self.fail(d.name, kind, "jevons: " + error)
                continue
            c = own.get(kind)
            self.compare(d.name, kind, ours, c["prompt"] if c else prompt, c and (d / f"{d.name}-{kind}.gguf", d / c["logits_file"]))

    def requantised(self, file):
        prompt = [1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411]
        self.compare(file.stem, "its own file", file, prompt, None)
        for kind in TYPES:
            ours = self.work / "quantised.gguf"
            error = run(*self.jevons, "quantize", file, ours, kind, "--allow-requantize")
            if error:
                self.fail(file.stem, kind, "jevons: " + error)
            else:
                self.compare(file.stem, kind + ", requantised", ours, prompt, None)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--jevons", required=True)
    p.add_argument("--bench", required=True)
    p.add_argument("--llama-cpp", required=True)
    p.add_argument("--weights", type=pathlib.Path, required=True)
    p.add_argument("--model", type=pathlib.Path, action="append", default=[])
    p.add_argument("--out", type=pathlib.Path, required=True)
    o = p.parse_args()
    with tempfile.TemporaryDirectory() as work:
        c = Comparison(o, pathlib.Path(work))
        for model in o.model:
            c.requantised(model)
        for d in sorted({f.parent for pattern in ("**/config.json", "**/*-f32.gguf") for f in o.weights.glob(pattern)}):
            c.folder(d)
    o.out.write_text("\n".join([
        "| model | our file | llama.cpp on our file, from ours `--exact` | llama.cpp on its own file, from that file's exact logits | ratio | same best token | tensors equal to llama.cpp's file |",
        "|---|---|---|---|---|---|---|", *c.rows, ""]))
    print(f"{len(c.rows)} files, {c.failures} failures")
    return 1 if c.failures else 0


if __name__ == "__main__":
    sys.exit(main())
