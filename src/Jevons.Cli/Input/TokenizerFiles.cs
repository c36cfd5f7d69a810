using Jevons.Formats;
using Jevons.Inference;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary>
/// Reads a tokenizer from whatever holds one: a GGUF file, a tokenizer.json (with the tokenizer_config.json beside it), a
/// SentencePiece .model, or a folder with any of them. The rest of a model need not be there, nor be one that can be run.
/// </summary>
internal static class TokenizerFiles
{
    private const string JsonFile = "tokenizer.json";
    private const string ModelFile = "tokenizer.model";
    private const string ConfigFile = "tokenizer_config.json";

    // Added tokens are cut out before merging, so that any score will do.
    private const float AddedScore = -1000;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">An existing file or folder.</param>
    /// <returns>The tokenizer and its chat template.</returns>
    /// <exception cref="InvalidDataException">There is none, or it is damaged or of an unknown kind.</exception>
    public static LoadedTokenizer Read(string path)
    {
        if (Directory.Exists(path))
        {
            return ReadFolder(path);
        }

        return FirstBytes(path) switch
        {
            [(byte)'G', (byte)'G', (byte)'U', (byte)'F'] => ReadGguf(path),
            [(byte)'{' or (byte)' ' or (byte)'\t' or (byte)'\r', ..] or [0xEF, 0xBB, 0xBF, ..] => ReadJson(path),
            _ => ReadSentencePiece(path),
        };
    }

    /// <summary>
    /// Reads a folder's tokenizer for a GGUF file. Where a SentencePiece model is beside a tokenizer.json, its scores count, which GGUF
    /// needs and tokenizer.json has not; tokens added after it come from tokenizer.json.
    /// </summary>
    /// <param name="folder">A folder with tokenizer.json or tokenizer.model.</param>
    /// <returns>The tokenizer and its chat template.</returns>
    /// <exception cref="InvalidDataException">There is none, or it is damaged or of an unknown kind.</exception>
    public static LoadedTokenizer ReadForGguf(string folder)
    {
        LoadedTokenizer read = ReadFolder(folder);
        string model = Path.Combine(folder, ModelFile);
        if (read.Definition is not { Kind: TokenizerKind.SentencePieceBpe, Dialect: TokenizerDialect.HuggingFace } json || !File.Exists(model))
        {
            return read;
        }

        TokenizerDefinition scored = ReadSentencePiece(model).Definition;
        int added = Math.Max(0, json.Tokens.Count - scored.Tokens.Count);
        return read with
        {
            Definition = scored with
            {
                Tokens = [.. scored.Tokens, .. json.Tokens.TakeLast(added)],
                TokenTypes = [.. scored.TokenTypes, .. json.TokenTypes.TakeLast(added)],
                Scores = [.. scored.Scores, .. Enumerable.Repeat(AddedScore, added)],
                BosId = json.BosId ?? scored.BosId,
                EosId = json.EosId ?? scored.EosId,
                PadId = json.PadId ?? scored.PadId,
                AddBos = json.AddBos ?? scored.AddBos,
                AddEos = json.AddEos ?? scored.AddEos,
            },
        };
    }

    /// <summary>The chat template of a folder: chat_template.jinja, else that of tokenizer_config.json ("default" of several).</summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>Its source, or null.</returns>
    public static string? TemplateOf(string folder)
    {
        string jinja = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(jinja))
        {
            return File.ReadAllText(jinja);
        }

        return new[] { "chat_template.json", ConfigFile }.Select(name => Path.Combine(folder, name))
            .Where(File.Exists).Select(TemplateIn).FirstOrDefault(t => t is not null);
    }

    /// <summary>The chat template in a JSON file's key chat_template.</summary>
    /// <param name="file">tokenizer_config.json or chat_template.json.</param>
    /// <returns>Its source, or null.</returns>
    /// <exception cref="InvalidDataException">The file is no JSON object, or the key is neither text nor a list of named templates.</exception>
    public static string? TemplateIn(string file)
    {
        const string key = "chat_template";
        ConfigJson json = ConfigJson.Read(file);
        return json.ElementOrNull(key) is { ValueKind: System.Text.Json.JsonValueKind.Array }
            ? json.GetNamedOrNull(key, "default", "template")
            : json.GetStringOrNull(key);
    }

    private static LoadedTokenizer ReadFolder(string folder)
    {
        string json = Path.Combine(folder, JsonFile);
        if (File.Exists(json))
        {
            return ReadJson(json);
        }

        string model = Path.Combine(folder, ModelFile);
        if (File.Exists(model))
        {
            return ReadSentencePiece(model);
        }

        using OpenedModel opened = ModelPath.Open(folder);
        return opened.Gguf is { } gguf
            ? Of(gguf)
            : throw new InvalidDataException($"{folder}: the folder has no {JsonFile} and no {ModelFile}");
    }

    private static LoadedTokenizer ReadGguf(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        return Of(file);
    }

    private static LoadedTokenizer Of(GgufFile file) => Named(file.Path, () =>
    {
        GgufTokenizer keys = GgufTokenizerKeys.Read(file.Metadata)
            ?? throw new InvalidDataException("the file has no tokenizer (tokenizer.ggml.tokens); name one with --tokenizer");
        TokenizerDefinition definition = TokenizerDefinition.FromGguf(keys);
        return (definition, definition.ChatTemplate);
    });

    private static LoadedTokenizer ReadJson(string path) => Named(path, () =>
    {
        string folder = FolderOf(path);
        string config = Path.Combine(folder, ConfigFile);
        using FileStream stream = OpenRead(path);
        using FileStream? configStream = File.Exists(config) ? OpenRead(config) : null;
        TokenizerDefinition definition = TokenizerJson.Read(stream, configStream);
        return (definition, TemplateOf(folder) ?? definition.ChatTemplate);
    });

    private static LoadedTokenizer ReadSentencePiece(string path) => Named(path, () =>
    {
        using FileStream stream = OpenRead(path);
        return (SentencePieceModel.Read(stream), TemplateOf(FolderOf(path)));
    });

    private static LoadedTokenizer Named(string path, Func<(TokenizerDefinition Definition, string? Template)> read)
    {
        try
        {
            (TokenizerDefinition definition, string? template) = read();
            return new LoadedTokenizer(definition, template, path);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static byte[] FirstBytes(string path)
    {
        byte[] start = new byte[4];
        using FileStream stream = OpenRead(path);
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
}
