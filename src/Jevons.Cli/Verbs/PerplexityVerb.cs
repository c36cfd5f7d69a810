using System.CommandLine;
using System.Globalization;
using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Cli;

/// <summary>
/// <c>jevons perplexity</c>: a file is tokenised whole, without BOS, and cut into chunks that are each scored from an empty
/// cache. Two figures: over tokens 1 .. n - 1 of every chunk, and over those after its middle (n / 2 + 1 .. n - 1), which have at
/// least half a chunk of context and are what llama.cpp reports. What is left over after the last whole chunk is not scored.
/// </summary>
internal sealed class PerplexityVerb
{
    private readonly CliContext _context;
    private readonly ComputeOptions _compute = new(KvType.F32);
    private readonly Argument<string> _model = SharedOptions.ModelArgument();
    private readonly Argument<string> _file = new("FILE") { Description = "A text file, UTF-8." };
    private readonly Option<int> _ctx = new("--ctx") { Description = "Tokens of a chunk.", HelpName = "N", DefaultValueFactory = _ => 512 };
    private readonly Option<int?> _chunks = new("--chunks") { Description = "Chunks to score; all unless given.", HelpName = "N" };
    private readonly Option<bool> _json = SharedOptions.Json();

    private PerplexityVerb(CliContext context)
    {
        _context = context;
        _ctx.Validators.Add(Bounds.AtLeast(_ctx, 4));
        _chunks.Validators.Add(Bounds.AtLeast(_chunks, 1));
    }

    /// <summary>Makes the verb.</summary>
    public static VerbCommand Create(CliContext context)
    {
        PerplexityVerb verb = new(context);
        VerbCommand command = new(
            "perplexity",
            "Measures how well a model predicts a text file.",
            "jevons perplexity model.gguf wiki.test.raw --ctx 512 --chunks 20")
        {
            verb._model, verb._file, verb._ctx, verb._chunks, verb._json,
        };
        verb._compute.AddTo(command);
        command.SetAction(verb.Run);
        return command;
    }

    private async Task<int> Run(ParseResult parse, CancellationToken cancellationToken)
    {
        string file = parse.GetRequiredValue(_file);
        string text = await File.ReadAllTextAsync(file, cancellationToken);
        using Model model = Model.Load(ModelReference.Resolve(_context, parse.GetRequiredValue(_model)), _compute.Model(parse));
        if (model.Tokenizer is not { } tokenizer)
        {
            throw new UsageException($"{model.Name} has no tokenizer, so it cannot read a text; the verb score takes token ids");
        }

        int[] tokens = tokenizer.Encode(text, parseSpecial: false, addBos: false);
        int length = parse.GetValue(_ctx);
        int available = tokens.Length / length;
        if (available == 0)
        {
            throw new UsageException($"{file} has {tokens.Length} tokens, fewer than one chunk of {length}; choose a smaller --ctx");
        }

        int chunks = Math.Min(parse.GetValue(_chunks) ?? available, available);
        using ComputeResources resources = ComputeResources.Create(model, _compute.Engine(parse) with { ContextLength = length });
        using Scorer scorer = new(resources.Runner, _compute.Mla(parse), ScoreRows.ChunkFor(model.Config.VocabSize));
        PerplexityScore score = new(tokens, length);
        long started = _context.Time.GetTimestamp();
        using (ProgressLine progress = new(_context))
        {
            for (int i = 0; i < chunks; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                score.Add(scorer, i);
                progress.Show(_ => Describe(score, chunks, _context.Time.GetElapsedTime(started)));
            }
        }

        TimeSpan took = _context.Time.GetElapsedTime(started);
        if (parse.GetValue(_json))
        {
            WriteJson(score, available, resources.Plan.CacheType, model, took);
        }
        else
        {
            WriteText(score, available);
        }

        return ExitCodes.Ok;
    }

    private static string Describe(PerplexityScore score, int chunks, TimeSpan elapsed)
    {
        int done = score.Chunks.Count;
        TimeSpan left = elapsed / done * (chunks - done);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"chunk {done}/{chunks}  perplexity {score.SecondHalf.Perplexity:F4} (all positions {score.All.Perplexity:F4})  {HumanText.Duration(left)} left");
    }

    private void WriteJson(PerplexityScore score, int available, KvType kv, Model model, TimeSpan took) => JsonOutput.WriteObject(_context.Out, json =>
    {
        JsonNumbers.Write(json, "perplexity", score.SecondHalf.Perplexity);
        JsonNumbers.Write(json, "perplexity_error", score.SecondHalf.StandardError);
        JsonNumbers.Write(json, "perplexity_all", score.All.Perplexity);
        JsonNumbers.Write(json, "perplexity_all_error", score.All.StandardError);
        JsonNumbers.Write(json, "nll", score.SecondHalf.Nll);
        JsonNumbers.Write(json, "nll_all", score.All.Nll);
        json.WriteNumber("tokens_scored", score.SecondHalf.Count);
        json.WriteNumber("tokens_scored_all", score.All.Count);
        json.WriteNumber("tokens_total", score.TokenCount);
        json.WriteNumber("ctx", score.Length);
        json.WriteNumber("chunks", score.Chunks.Count);
        json.WriteNumber("chunks_available", available);
        json.WriteBoolean("exact", model.IsExact);
        json.WriteString("kv", kv.ToString().ToLowerInvariant());
        JsonNumbers.Write(json, "seconds", took.TotalSeconds);
        json.WriteStartArray("nll_per_chunk_all_and_second_half");
        foreach ((double all, double secondHalf) in score.Chunks)
        {
            json.WriteStartArray();
            JsonNumbers.Write(json, all);
            JsonNumbers.Write(json, secondHalf);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    private void WriteText(PerplexityScore score, int available)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        _context.Out.WriteLine(string.Create(
            culture, $"perplexity                {score.SecondHalf.Perplexity:F4} ± {score.SecondHalf.StandardError:F4}  (second half of each chunk, {score.SecondHalf.Count} tokens)"));
        _context.Out.WriteLine(string.Create(
            culture, $"perplexity, all positions {score.All.Perplexity:F4} ± {score.All.StandardError:F4}  ({score.All.Count} tokens)"));
        _context.Out.WriteLine(string.Create(
            culture, $"{score.Chunks.Count} of {available} chunks of {score.Length} tokens; the file has {score.TokenCount} tokens"));
    }
}
