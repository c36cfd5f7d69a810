using System.CommandLine;
using Jevons.Hub;
using Jevons.Inference;
using Jevons.Tokenization;
using Jevons.Training;

namespace Jevons.Cli;

/// <summary><c>train tokenizer</c>: a byte-level BPE vocabulary from text.</summary>
internal sealed class TrainTokenizerVerb
{
    private const string UsualEnd = "<|endoftext|>";

    private static readonly string[] s_jsonLines = [".jsonl", ".ndjson"];

    private readonly CliContext _context;
    private readonly Option<bool> _json = SharedOptions.Json();

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "Text in UTF-8; .jsonl has a sample a line (text, messages ...).",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _size = new("--vocab-size")
    {
        Description = "Tokens in all: special tokens, 256 bytes, one a merge.",
        HelpName = "N",
        Required = true,
    };

    private readonly Option<string> _pattern = new("--pattern")
    {
        Description = "How text is cut before bytes merge: gpt2, qwen or gpt4.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "qwen",
    };

    private readonly Option<string[]> _special = new("--special")
    {
        Description = "Control tokens; they get the first ids.",
        HelpName = "TOKEN",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _eos = new("--eos")
    {
        Description = $"The special token that ends a text; {UsualEnd} where it is one unless given.",
        HelpName = "TOKEN",
    };

    private readonly Option<long> _minFrequency = new("--min-frequency")
    {
        Description = "How often a pair must be there to be merged.",
        HelpName = "N",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<bool> _lines = new("--lines")
    {
        Description = "Takes each line of a text file, with its line break, as a text of its own.",
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "The folder to write tokenizer.json and tokenizer_config.json to.",
        HelpName = "DIR",
        Required = true,
    };

    private TrainTokenizerVerb(CliContext context)
    {
        _context = context;
        _pattern.AcceptOnlyFromAmong("gpt2", "qwen", "gpt4");
    }

    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context)
    {
        TrainTokenizerVerb verb = new(context);
        VerbCommand command = new(
            "tokenizer",
            "Learns a byte-level BPE vocabulary from text, with the merges of Hugging Face's trainer.",
            "jevons train tokenizer --data corpus.txt --vocab-size 8192 --special \"<|endoftext|>\" --out my-tokenizer/",
            "jevons train tokenizer --data chats.jsonl books.txt --vocab-size 32000 --pattern gpt4 --out my-tokenizer/ --json")
        {
            verb._data, verb._size, verb._pattern, verb._special, verb._eos, verb._minFrequency, verb._lines, verb._out, verb._json,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parse)
    {
        BpeTrainerOptions options = new()
        {
            VocabularySize = parse.GetValue(_size),
            Pattern = Enum.Parse<SplitPattern>(parse.GetRequiredValue(_pattern), ignoreCase: true),
            SpecialTokens = parse.GetValue(_special) ?? [],
            MinFrequency = parse.GetValue(_minFrequency),
        };
        BpeTrainer trainer = NewTrainer(options);
        int? eos = EndOf(options.SpecialTokens, parse.GetValue(_eos));
        string[] files = parse.GetRequiredValue(_data);
        CheckPaths(files, parse.GetRequiredValue(_out));
        long start = _context.Time.GetTimestamp();
        using (ProgressLine progress = new(_context))
        {
            Read(trainer, files, parse.GetValue(_lines), progress);
            TokenizerDefinition definition = trainer.Train(
                tokens => progress.Show(_ => $"merging: {tokens} of {options.VocabularySize} tokens"), _context.Cancellation) with { EosId = eos };
            Write(definition, parse.GetRequiredValue(_out));
            progress.Dispose();
            Report(parse, options, trainer, definition, _context.Time.GetElapsedTime(start));
        }

        return ExitCodes.Ok;
    }

    private static BpeTrainer NewTrainer(BpeTrainerOptions options)
    {
        try
        {
            return new BpeTrainer(options);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static int? EndOf(IReadOnlyList<string> specials, string? named)
    {
        int index = specials.ToList().IndexOf(named ?? UsualEnd);
        return index >= 0 ? index
            : named is null ? null
            : throw new UsageException($"--eos is '{named}', which is no special token{Spelling.Hint(named, specials, "")}; add it to --special");
    }

    private static void CheckPaths(string[] files, string target)
    {
        foreach (string file in files)
        {
            if (Directory.Exists(file))
            {
                throw new UsageException($"{file} is a folder; name the files in it");
            }

            if (!File.Exists(file))
            {
                throw new FileNotFoundException($"{file}: there is no such file", file);
            }
        }

        if (File.Exists(target))
        {
            throw new UsageException($"--out is {target}, which is a file; expected a folder, which is made where it is missing");
        }
    }

    private void Read(BpeTrainer trainer, string[] files, bool byLine, ProgressLine progress)
    {
        long total = files.Sum(f => new FileInfo(f).Length);
        long done = 0;
        foreach (string file in files)
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (s_jsonLines.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            {
                foreach (Sample sample in SampleReader.Read(stream, file))
                {
                    _context.Cancellation.ThrowIfCancellationRequested();
                    Add(trainer, sample);
                    Show(done + stream.Position);
                }
            }
            else
            {
                trainer.Add(stream, byLine, file, _ => Show(done + stream.Position), _context.Cancellation);
            }

            done += stream.Position;

            void Show(long read) => progress.Show(width => ProgressBar.Text($"reading {Path.GetFileName(file)}", read, total, "", width));
        }
    }

    private static void Add(BpeTrainer trainer, Sample sample)
    {
        switch (sample)
        {
            case Sample.Plain plain:
                trainer.Add(plain.Text, plain.Source);
                break;
            case Sample.Completion completion:
                trainer.Add(completion.Prompt, completion.Source);
                trainer.Add(completion.Text, completion.Source);
                break;
            case Sample.Chat chat:
                foreach (ChatTurn turn in chat.Turns)
                {
                    trainer.Add(turn.Content, chat.Source);
                }

                break;
        }
    }

    // Both files get their names when both are complete.
    private static void Write(TokenizerDefinition definition, string folder)
    {
        Directory.CreateDirectory(folder);
        using OutputFile tokenizer = new(Path.Combine(folder, "tokenizer.json"));
        using OutputFile config = new(Path.Combine(folder, "tokenizer_config.json"));
        TokenizerJsonWriter.Write(definition, tokenizer.Stream);
        TokenizerJsonWriter.WriteConfig(definition, config.Stream);
        tokenizer.Commit();
        config.Commit();
    }

    private void Report(ParseResult parse, BpeTrainerOptions options, BpeTrainer trainer, TokenizerDefinition definition, TimeSpan elapsed)
    {
        string folder = parse.GetRequiredValue(_out);
        int tokens = definition.Tokens.Count;
        if (tokens < options.VocabularySize)
        {
            _context.Note($"the vocabulary has {tokens} tokens, not {options.VocabularySize}: no further pair is {options.MinFrequency} times or more in the corpus");
        }

        if (!parse.GetValue(_json))
        {
            _context.Out.WriteLine(
                $"{folder}: {tokens} tokens ({options.SpecialTokens.Count} special, {BpeTrainerOptions.AlphabetSize} bytes, {definition.Merges.Count} merges) from {ByteText.Of(trainer.Bytes)} of text in {ProgressBar.Duration(elapsed)}");
            return;
        }

        JsonOutput.WriteObject(_context.Out, json =>
        {
            json.WriteString("path", folder);
            json.WriteString("pattern", parse.GetRequiredValue(_pattern));
            json.WriteNumber("vocab_size", tokens);
            json.WriteNumber("merges", definition.Merges.Count);
            json.WriteNumber("special_tokens", options.SpecialTokens.Count);
            json.WriteNumber("min_frequency", options.MinFrequency);
            json.WriteNumber("bytes", trainer.Bytes);
            json.WriteNumber("pieces", trainer.Pieces);
            json.WriteNumber("distinct_pieces", trainer.DistinctPieces);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        });
    }
}
