using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jevons.Testing;

namespace Jevons.Training.Tests;

/// <summary>
/// The test cases of two libraries' reward functions. Inputs are JSON; calls and assertions are lines of Python, of which the
/// numbers are read here.
/// </summary>
public class RewardGoldenTests
{
    // The libraries' assertions compare 4 decimals at least.
    private const double Tolerance = 5e-5;

    // Rewards that we do not have (cosine, length, code and their registry) and laws of Python (pickling, raising).
    private static readonly string[] s_others =
        ["cosine", "len_reward", "code", "get_reward_funcs", "pickle", "positive_max_penalty", "in_worker_thread"];

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string file in (string[])["open-r1-reward-cases.jsonl", "trl-reward-cases.jsonl"])
        {
            if (SharedData.TryPath("rl-golden", file) is not { } path)
            {
                cases.Add(file, 0);
                continue;
            }

            string[] lines = File.ReadAllLines(path);
            for (int i = 0; i < lines.Length; i++)
            {
                if (!s_others.Any(o => lines[i].Contains(o, StringComparison.Ordinal)))
                {
                    cases.Add(file, i);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ACase_IsRewardedAsInItsLibrary(string file, int line)
    {
        JsonElement golden = JsonDocument.Parse(File.ReadAllLines(SharedData.Path("rl-golden", file))[line]).RootElement;
        string test = golden.GetProperty("test").GetString()!;
        string code = string.Join('\n', golden.GetProperty("under_test").EnumerateArray().Select(l => l.GetString()));
        RewardSample[] samples = Samples(golden.GetProperty("inputs"), code);
        // A list of formats is asserted in a loop: what is said of the first reward holds for every one.
        bool isLoop = golden.GetProperty("inputs").TryGetProperty("incorrect_formats", out _);
        int asserted = 0;
        foreach (string expected in golden.GetProperty("expected").EnumerateArray().Select(e => e.GetString()!))
        {
            double?[] rewards = [.. samples.Select(s => Reward(test, code, expected, file).Score(s, CancellationToken.None))];
            asserted += Check(expected, rewards, isLoop, $"{test}: {expected}");
        }

        Assert.True(asserted > 0, $"{test}: nothing was compared");
    }

    private static IReward Reward(string test, string code, string expected, string file)
    {
        if (code.Contains("soft_overlong", StringComparison.Ordinal))
        {
            int[] lengths = Integers(code, @"max_completion_len=(\d+), soft_punish_cache=(\d+)");
            return new SoftOverlongPenalty(lengths[0], lengths[1]);
        }

        if (code.Contains("repetition_penalty", StringComparison.Ordinal))
        {
            // One test makes two functions and names the one that it asserts.
            string name = Regex.Match(expected, @"^(reward_\w+)\(").Groups[1].Value;
            string call = code.Split('\n').First(l => name.Length == 0 || l.StartsWith(name, StringComparison.Ordinal) || !code.Contains(name + " =", StringComparison.Ordinal));
            Match match = Regex.Match(call, @"ngram_size=(\d+), max_penalty=(-[\d.]+)");
            return new RepetitionPenalty(
                int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
                double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture),
                words: file.StartsWith("open-r1", StringComparison.Ordinal));
        }

        return code switch
        {
            _ when code.Contains("tag_count_reward", StringComparison.Ordinal) => new TagCountReward(["think", "answer"]),
            _ when code.Contains("format_reward", StringComparison.Ordinal) => new FormatReward(["think", "answer"]),
            _ when code.Contains("reasoning_accuracy_reward", StringComparison.Ordinal) =>
                new AccuracyReward(after: Regex.Match(code, @"reasoning_delimiters=\['(.*)'\]") is { Success: true } match ? match.Groups[1].Value : "</think>"),
            _ when code.Contains("accuracy_reward", StringComparison.Ordinal) => new AccuracyReward(),
            _ => throw new InvalidDataException($"{test}: no reward for\n{code}"),
        };
    }

    private static RewardSample[] Samples(JsonElement inputs, string code)
    {
        string[] texts = inputs.TryGetProperty("completions", out JsonElement many) || inputs.TryGetProperty("completion", out many)
            ? [.. many.EnumerateArray().Select(c => c[0].GetProperty("content").GetString()!)]
            : inputs.TryGetProperty("incorrect_formats", out JsonElement formats) ? [.. formats.EnumerateArray().Select(f => f.GetString()!)] : [];
        int[][] tokens = inputs.TryGetProperty("completion_ids", out JsonElement ids)
            ? [.. ids.EnumerateArray().Select(row => row.EnumerateArray().Select(i => i.GetInt32()).ToArray())]
            : [.. Regex.Matches(code, @"\[1\] \* (\d+)").Select(m => new int[int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)])];
        string?[] solutions = inputs.TryGetProperty("solutions", out JsonElement all) || inputs.TryGetProperty("solution", out all)
            ? [.. all.EnumerateArray().Select(s => s.GetString())]
            : [];
        return [.. Enumerable.Range(0, Math.Max(texts.Length, tokens.Length)).Select(i => new RewardSample(
            string.Empty, i < texts.Length ? texts[i] : string.Empty, i < tokens.Length ? tokens[i] : [], i < solutions.Length ? solutions[i] : null))];
    }

    // How many rewards the assertion compared.
    private static int Check(string expected, double?[] rewards, bool isLoop, string what)
    {
        if (Regex.IsMatch(expected, @"len\(rewards\)"))
        {
            return 0;
        }

        if (Regex.Match(expected, @"rewards\[(\d)\] is None") is { Success: true } none)
        {
            Assert.Null(rewards[Index(none)]);
            return 1;
        }

        if (Regex.Match(expected, @"rewards\[(\d)\], rewards\[(\d)\]") is { Success: true } pair)
        {
            Assert.Equal(rewards[Index(pair)], rewards[int.Parse(pair.Groups[2].Value, CultureInfo.InvariantCulture)]);
            return 1;
        }

        if (Regex.Match(expected, @"rewards\[(\d)\](?:,| ==| -) (-?[\d.]+)(?: / (\d+))?") is { Success: true } one)
        {
            double value = Number(one.Groups[2].Value) / (one.Groups[3].Success ? Number(one.Groups[3].Value) : 1);
            foreach (double? reward in isLoop ? rewards : [rewards[Index(one)]])
            {
                Assert.True(reward is not null && Math.Abs(reward.Value - value) <= Tolerance, $"{what}: found {reward}");
            }

            return 1;
        }

        Match list = Regex.Match(expected, @"\[((?:(?:pytest\.approx\()?-?\d[\d.]*\)?(?:, )?)+)\]$|\[((?:-?\d[\d.]*(?:, )?)+)\]\)$");
        Assert.True(list.Success, $"{what}: an assertion that is not understood");
        double[] values = [.. Regex.Matches(list.Value, @"-?\d[\d.]*").Select(m => Number(m.Value))];
        Golden.Close(values, [.. rewards.Select(r => r!.Value)], Tolerance, what);
        return values.Length;
    }

    private static int Index(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int[] Integers(string text, string pattern) =>
        [.. Regex.Match(text, pattern).Groups.Values.Skip(1).Select(g => int.Parse(g.Value, CultureInfo.InvariantCulture))];
}
