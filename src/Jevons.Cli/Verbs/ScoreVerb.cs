using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jevons.Formats;
using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Cli;

/// <summary>
/// <c>jevons score</c>: what a model makes of a text, position by position: log-probabilities, the most probable tokens, the
/// logits themselves, and the greedy continuation. One sequence from an empty cache, by the plain loop.
/// </summary>
internal sealed class ScoreVerb
{
    private readonly CliContext _context;
    private readonly ComputeOptions _compute = new(KvType.F32);
    private readonly Argument<string> _model = SharedOptions.ModelArgument();

    private readonly Option<string> _ids = new("--ids") { Description = "Token ids to score, as 1,2,3.", HelpName = "IDS" };
    private readonly Option<string> _text = new("--text")
    {
        Description = "Text to score; begins with the BOS token where the model's tokenizer adds one.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<int> _top = new("--top") { Description = "Lists the K most probable tokens at each position.", HelpName = "K" };
    private readonly Option<string> _logitsOut = new("--logits-out")
    {
        Description = "Writes the logits [positions, vocabulary] as a NumPy file of f32.",
        HelpName = "FILE.npy",
    };

    private readonly Option<string> _mtpLogitsOut = new("--mtp-logits-out")
    {
        Description = "Writes the logits of the multi-token-prediction layer [positions - 1, vocabulary]; row i predicts token i + 2.",
        HelpName = "FILE.npy",
    };

    private readonly Option<int> _generate = new("--generate") { Description = "Then generates N tokens (with --greedy).", HelpName = "N" };
    private readonly Option<bool> _greedy = new("--greedy") { Description = "Generates the most probable token at every step." };
    private readonly Option<bool> _ignoreEos = new("--ignore-eos") { Description = "Goes on generating after a stop token." };

    private ScoreVerb(CliContext context)
    {
        _context = context;
        _top.Validators.Add(Bounds.AtLeast(_top, 0));
        _generate.Validators.Add(Bounds.AtLeast(_generate, 0));
    }

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        ScoreVerb verb = new(context);
        VerbCommand command = new(
            "score",
            "Says how probable a model finds a text or token ids, position by position.",
            "jevons score model.gguf --text \"The capital of France is Paris\" --top 3",
            "jevons score model.gguf --ids 1,2,3 --json --exact --logits-out logits.npy --generate 8 --greedy")
        {
            verb._model, verb._ids, verb._text, verb._top, verb._logitsOut, verb._mtpLogitsOut, verb._generate, verb._greedy, verb._ignoreEos, verb._json,
        };

        verb._compute.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(verb._ids) is null == result.GetValue(verb._text) is null)
            {
                result.AddError("give either --ids 1,2,3 or --text TEXT");
            }

            if (result.GetValue(verb._generate) > 0 && !result.GetValue(verb._greedy))
            {
                result.AddError("--generate continues greedily here: add --greedy (the verb run samples)");
            }
        });
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        using Model model = Model.Load(ModelReference.Resolve(_context, parse.GetRequiredValue(_model)), _compute.Model(parse));
        int[] tokens = parse.GetValue(_ids) is { } ids ? ParseIds(ids) : model.Encode(parse.GetValue(_text)!);
        if (tokens.Length == 0)
        {
            throw new UsageException("there is nothing to score: no token was given");
        }

        int generate = parse.GetValue(_generate);
        using ComputeResources resources = ComputeResources.Create(model, _compute.Engine(parse) with { ContextLength = tokens.Length + generate });
        using Scorer scorer = new(resources.Runner, _compute.Mla(parse), ScoreRows.ChunkFor(model.Config.VocabSize));
        ScoreRows rows = new(tokens, Math.Min(parse.GetValue(_top), model.Config.VocabSize));
        Score(scorer, rows, tokens, model, parse.GetValue(_logitsOut), parse.GetValue(_mtpLogitsOut));
        IReadOnlyList<int> generated = generate == 0
            ? []
            : scorer.Generate(tokens, generate, parse.GetValue(_ignoreEos) ? StopTokens.None : model.StopTokens);
        if (parse.GetValue(_json))
        {
            WriteJson(rows, generated);
        }
        else
        {
            WriteText(rows, generated, model);
        }

        return ExitCodes.Ok;
    }

    private static void Score(Scorer scorer, ScoreRows rows, int[] tokens, Model model, string? logitsFile, string? mtpFile)
    {
        if (mtpFile is not null && !model.Network.HasDraft)
        {
            throw new UsageException($"{model.Name} has no multi-token-prediction layer, so there is nothing to write to {mtpFile}");
        }

        long vocab = model.Config.VocabSize;
        WithFile(logitsFile, [tokens.Length, vocab], main => WithFile(mtpFile, [tokens.Length - 1, vocab], draft => scorer.Score(
            tokens,
            (position, logits) =>
            {
                rows.Add(position, logits);
                main?.Write(logits);
            },
            draft is null ? null : (_, logits) => draft.Write(logits))));
    }

    private static void WithFile(string? path, long[] shape, Action<NpyRows?> run)
    {
        if (path is null)
        {
            run(null);
        }
        else
        {
            NpyFile.Write(path, shape, run);
        }
    }

    private static int[] ParseIds(string text)
    {
        string[] parts = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] ids = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out ids[i]))
            {
                throw new UsageException($"--ids: \"{parts[i]}\" is no token id; give numbers as 1,2,3");
            }
        }

        return ids;
    }

    private void WriteJson(ScoreRows rows, IReadOnlyList<int> generated) => JsonOutput.WriteObject(_context.Out, json =>
    {
        json.WriteNumbers("tokens", rows.Tokens);
        json.WriteStartArray("logprobs");
        foreach (float logProb in rows.LogProbs)
        {
            JsonNumbers.Write(json, logProb);
        }

        json.WriteEndArray();
        json.WriteStartArray("top");
        foreach (IReadOnlyList<TokenLogProb> position in rows.Top)
        {
            json.WriteStartArray();
            foreach (TokenLogProb candidate in position)
            {
                json.WriteStartArray();
                json.WriteNumberValue(candidate.Token);
                JsonNumbers.Write(json, candidate.LogProb);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumbers("generated", [.. generated]);
    });

    private void WriteText(ScoreRows rows, IReadOnlyList<int> generated, Model model)
    {
        TextWriter output = _context.Out;
        output.WriteLine("position     token     log p  text");
        for (int i = 0; i < rows.Tokens.Length; i++)
        {
            string logProb = i == 0 ? "" : rows.LogProbs[i - 1].ToString("F4", CultureInfo.InvariantCulture);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i,8} {rows.Tokens[i],9} {logProb,9}  {Show(model, rows.Tokens[i])}"));
            foreach (TokenLogProb candidate in rows.Top[i])
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"         {candidate.Token,9} {candidate.LogProb,9:F4}    next: {Show(model, candidate.Token)}"));
            }
        }

        if (rows.LogProbs.Count > 0)
        {
            double mean = rows.LogProbs.Average(x => (double)x);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"sum {mean * rows.LogProbs.Count:F4}, mean {mean:F4}, perplexity {Math.Exp(-mean):F4}"));
        }

        if (generated.Count > 0)
        {
            output.WriteLine($"generated: {string.Join(',', generated)}");
            if (model.Tokenizer is { } tokenizer)
            {
                output.WriteLine(tokenizer.Decode([.. generated]));
            }
        }
    }

    private static string Show(Model model, int token) =>
        model.Tokenizer is { } tokenizer ? $"\"{JsonEncodedText.Encode(tokenizer.Decode([token]), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"" : "";
}
