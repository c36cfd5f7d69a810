#!/usr/bin/env python3
"""Writes docs/accuracy.md: how far each model file's logits lie from its reference, by default, with --exact, and with the
key-value cache in f32 and f16. Python 3 standard library only; walks the reference data, so a file added there is measured.

  python3 benchmarks/accuracy.py [--jevons ./jevons] [--data ../shared/data] [--out docs/accuracy.md] [--no-smollm2]
"""
import argparse
import ast
import datetime
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

KV = ("f32", "f16")
TIE = 4e-4  # twice the tolerance of a logit: below this margin the reference itself was undecided
SMOLLM2_TIE = 2e-3


def jevons(*args):
    run = subprocess.run([OPTIONS.jevons, *map(str, args)], capture_output=True, text=True, timeout=3600)
    if run.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}: exit {run.returncode}: {run.stderr.strip()}")
    return run.stdout


def f32(path):
    data = pathlib.Path(path).read_bytes()
    return struct.unpack(f"<{len(data) // 4}f", data)


def npy(path):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<H", data[8:10])[0]
    assert ast.literal_eval(data[10:10 + length].decode())["descr"] == "<f4"
    return struct.unpack(f"<{(len(data) - 10 - length) // 4}f", data[10 + length:])


def score(model, prompt, generate, *options):
    """The logits of every position of the prompt, and the greedy continuation."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "logits.npy")
        ids = ",".join(map(str, prompt))
        said = json.loads(jevons("score", model, "--ids", ids, "--json", "--logits-out", out,
                                 "--generate", generate, "--greedy", "--ignore-eos", *options))
        return npy(out), said["generated"]


def distance(got, want):
    if len(got) != len(want) or not all(map(math.isfinite, got)):
        return math.inf
    return max(abs(a - b) for a, b in zip(got, want))


def median_rms(got, want, positions):
    width = len(want) // positions
    rows = (slice(i * width, (i + 1) * width) for i in range(positions))
    return sorted(math.sqrt(sum((a - b) ** 2 for a, b in zip(got[r], want[r])) / width) for r in rows)[positions // 2]


def greedy(found, want, margins, tie=TIE):
    """'equal', or the first place that differs and whether the reference was undecided there."""
    for i, (a, b) in enumerate(zip(found, want)):
        if a != b:
            return f"equal up to a tie at {i + 1}" if margins[i] < tie else f"differs at {i + 1} (margin {margins[i]:.1e})"
    return "equal" if len(found) >= len(want) else f"ends after {len(found)}"


def worse(a, b):
    order = ("equal", "equal up", "ends", "differs")
    rank = lambda text: max(i for i, word in enumerate(order) if text.startswith(word))
    return a if rank(a) >= rank(b) else b


def float_rows():
    weights = DATA / "weights"
    for golden in sorted(weights.rglob("golden-*.json")):
        if not (golden.name.endswith("-f32.json") or golden.name in ("golden-fp8.json", "golden-transformers.json")):
            continue
        told = json.loads(golden.read_text())
        folder = golden.parent
        models = []
        if str(told.get("model_file", "")).endswith(".gguf"):
            models.append(folder / told["model_file"])
        if (folder / "config.json").exists() and (folder / "model.safetensors").exists():
            models.append(folder)
        for model in models:
            cases = [c for c in told["cases"] if c.get("logits_file")]
            far, same = {}, {}
            for kv in KV:
                far[kv], same[kv] = 0.0, "equal"
                for case in cases:
                    got, ids = score(model, case["prompt"], len(case["greedy"]), "--kv", kv)
                    far[kv] = max(far[kv], distance(got, f32(folder / case["logits_file"])))
                    margin = case.get("min_top1_margin", case.get("greedy_min_margin", 1.0))
                    same[kv] = worse(same[kv], greedy(ids, case["greedy"], [margin] * len(ids)))
            name = folder.name + ("/ (folder)" if model == folder else "/" + model.name)
            yield name, len(cases), far, same


def quantised_rows():
    for golden in sorted((DATA / "weights").rglob("exact-quantised.json")):
        for name, case in json.loads(golden.read_text())["models"].items():
            model, prompt = golden.parent / name, case["prompt"]
            want, theirs = f32(golden.parent / case["logits_file"]), f32(golden.parent / case["llamacpp_logits_file"])
            peer = max(median_rms(theirs, want, len(prompt)), 1e-4)
            far, same, ratio, same_default = {}, {}, {}, {}
            for kv in KV:
                got, ids = score(model, prompt, len(case["greedy"]), "--exact", "--kv", kv)
                far[kv], same[kv] = distance(got, want), greedy(ids, case["greedy"], case["greedy_margins"])
                got, ids = score(model, prompt, len(case["greedy"]), "--kv", kv)
                ratio[kv] = median_rms(got, want, len(prompt)) / peer
                same_default[kv] = greedy(ids, case["greedy"], case["greedy_margins"])
            yield f"{golden.parent.name}/{name}", far, same, ratio, same_default


def smollm2_lines():
    folder = DATA / "models" / "smollm2-135m-instruct"
    golden = json.loads((folder / "golden-generation.json").read_text())
    told = json.loads((folder / "golden-perplexity.json").read_text())
    model = folder / golden["model_file"]
    text = DATA / "corpora" / "wikitext-2" / "wiki.test.raw"
    exact, peer = [[told[prefix + key] for key in ("ppl_all_positions", "ppl_second_half")] for prefix in ("", "llama.cpp_")]
    yield "| run | largest difference of a log-probability | greedy | perplexity, all positions | second half | off by |"
    yield "|---|---|---|---|---|---|"
    yield f"| transformers, f32 (the reference) | | | {exact[0]:.4f} | {exact[1]:.4f} | |"
    off = max(abs(a / b - 1) for a, b in zip(peer, exact))
    yield f"| llama.cpp | | | {peer[0]:.4f} | {peer[1]:.4f} | {off:.2%} |"
    for mode in (["--exact"], []):
        for kv in KV:
            far, same = 0.0, "equal"
            for case in golden["cases"]:
                want = case["exact"]
                prompt, answer = case["prompt_ids"], want["greedy"]
                said = json.loads(jevons("score", model, "--ids", ",".join(map(str, prompt + answer)), "--json", "--kv", kv, *mode))
                far = max(far, distance(said["logprobs"], want["token_logprobs"]))
                said = json.loads(jevons("score", model, "--ids", ",".join(map(str, prompt)), "--json", "--kv", kv,
                                         "--generate", len(answer), "--greedy", *mode))
                same = worse(same, greedy(said["generated"], answer, want["margins"], SMOLLM2_TIE))
            said = json.loads(jevons("perplexity", model, text, "--ctx", told["n_ctx"], "--chunks", told["chunks"], "--json", "--kv", kv, *mode))
            ours = said["perplexity_all"], said["perplexity"]
            off = max(abs(a / b - 1) for a, b in zip(ours, exact))
            yield f"| {' '.join(mode) or 'default'}, --kv {kv} | {far:.1e} | {same} | {ours[0]:.4f} | {ours[1]:.4f} | {off:.3%} |"


def report():
    yield "# How right the numbers are, file by file"
    yield ""
    yield f"Written by `python3 benchmarks/accuracy.py` on {datetime.date.today().isoformat()}; do not edit. One row is"
    yield "`jevons score FILE --ids ... --json --logits-out ... --generate N --greedy --ignore-eos --kv f32|f16 [--exact]`."
    yield "\"Tie\" is a place where the reference's own best two logits lie closer than the tolerance. The reference keeps its cache in f32,"
    yield "so the f16 columns show what halving the cache costs."
    yield ""
    yield "## Float weights (F32, F16, BF16, FP8 blocks)"
    yield ""
    yield "Largest absolute difference of a logit from transformers' or llama.cpp's, over all stored prompts."
    yield ""
    yield "| file | prompts | --kv f32 | --kv f16 | greedy, f32 | greedy, f16 |"
    yield "|---|---|---|---|---|---|"
    worst = dict.fromkeys(KV, 0.0)
    for name, cases, far, same in float_rows():
        worst = {kv: max(worst[kv], far[kv]) for kv in KV}
        yield f"| {name} | {cases} | {far['f32']:.1e} | {far['f16']:.1e} | {same['f32']} | {same['f16']} |"
    yield f"| **largest** | | {worst['f32']:.1e} | {worst['f16']:.1e} | | |"
    yield ""
    yield "## Files of the quantised sets"
    yield ""
    yield "With `--exact`: largest absolute difference from the logits of the dequantised weights in float64. By default: the median"
    yield "position's rms distance from those, as a share of llama.cpp's on the same prompt (below 1 is nearer)."
    yield ""
    yield "| file | --exact, f32 | --exact, f16 | greedy --exact, f32 | default, f32 | default, f16 | greedy default, f32 |"
    yield "|---|---|---|---|---|---|---|"
    shares = {kv: [] for kv in KV}
    for name, far, same, ratio, same_default in quantised_rows():
        for kv in KV:
            shares[kv].append(ratio[kv])
        yield (f"| {name} | {far['f32']:.1e} | {far['f16']:.1e} | {same['f32']} "
               f"| {ratio['f32']:.2f} | {ratio['f16']:.2f} | {same_default['f32']} |")
    if shares["f32"]:
        middle = {kv: sorted(shares[kv])[len(shares[kv]) // 2] for kv in KV}
        yield f"| **median** | | | | {middle['f32']:.2f} | {middle['f16']:.2f} | |"
        yield f"| **largest** | | | | {max(shares['f32']):.2f} | {max(shares['f16']):.2f} | |"
    if not OPTIONS.no_smollm2:
        yield ""
        yield "## SmolLM2-135M-Instruct, Q4_1"
        yield ""
        yield "Log-probabilities and greedy tokens of 18 conversations; perplexity of WikiText-2 (20 chunks of 512) by"
        yield "`jevons perplexity FILE wiki.test.raw --ctx 512 --chunks 20 --json --kv ... [--exact]`. \"Greedy\" by default compares int8"
        yield "activations with the exact reference, so it may part from it."
        yield ""
        yield from smollm2_lines()


if __name__ == "__main__":
    root = pathlib.Path(__file__).resolve().parent.parent
    shared = pathlib.Path(os.environ.get("JEVONS_SHARED") or root.parent / "shared")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jevons", default=str(root / "jevons"))
    parser.add_argument("--data", type=pathlib.Path, default=shared / "data")
    parser.add_argument("--out", type=pathlib.Path, default=root / "docs" / "accuracy.md")
    parser.add_argument("--no-smollm2", action="store_true", help="leave out the slow part, a real model")
    OPTIONS = parser.parse_args()
    DATA = OPTIONS.data
    lines = []
    for line in report():
        print(line, flush=True)
        lines.append(line)
    OPTIONS.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
