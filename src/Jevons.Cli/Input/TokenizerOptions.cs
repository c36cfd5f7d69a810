using System.CommandLine;

namespace Jevons.Cli;

/// <summary>The pair of options that names a tokenizer: --model or --tokenizer.</summary>
internal sealed class TokenizerOptions
{
    private readonly Option<string?> _model = SharedOptions.Model();

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "A tokenizer.json, a SentencePiece .model, a GGUF file, or a folder with one of them.",
        HelpName = "FILE",
    };

    /// <summary>Adds both options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_tokenizer);
    }

    /// <summary>Reads the tokenizer that the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">Where models are.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="UsageException">None or both are named.</exception>
    public LoadedTokenizer Read(ParseResult parsed, CliContext context)
    {
        string path = (parsed.GetValue(_model), parsed.GetValue(_tokenizer)) switch
        {
            ({ } model, null) => ModelReference.Resolve(context, model),
            (null, { } file) => File.Exists(file) || Directory.Exists(file) ? file : throw new FileNotFoundException($"{file}: there is no such file", file),
            (null, null) => throw new UsageException("a tokenizer is needed: --model MODEL or --tokenizer FILE"),
            _ => throw new UsageException("--model and --tokenizer exclude each other"),
        };
        return TokenizerFiles.Read(path);
    }
}
