namespace Jevons.Hub;

/// <summary>
/// The name of a model on the hub: <c>org/repo[:quant-or-file][@revision]</c>, the same behind <c>hf.co/</c> or
/// <c>https://huggingface.co/</c> (addresses of a tree or a file too), or a short name of <see cref="R1Family"/>,
/// which may end in another quantisation (<c>r1:7b:Q8_0</c>, <c>r1:7b-q8_0</c>).
/// </summary>
public sealed record ModelName
{
    /// <summary>The variant that asks for the safetensors folder even where GGUF files are beside it.</summary>
    public const string Safetensors = "safetensors";

    private static readonly string[] s_familyNames = ["r1", "deepseek-r1", "deepseek-r1:latest", "r1:latest", "deepseek-r1-distill"];
    private static readonly string[] s_hosts = ["huggingface.co/", "www.huggingface.co/", "hf.co/"];

    /// <summary>The repository, <c>org/repo</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The quantisation label, the file's name or path, or <see cref="Safetensors"/>; null lets the repository decide.</summary>
    public string? Variant { get; init; }

    /// <summary>The branch, tag or commit; null means the default branch.</summary>
    public string? Revision { get; init; }

    /// <summary>The entry of the short-name table that this is, or whose repository it names; null for any other model.</summary>
    public FamilyModel? Family { get; init; }

    /// <summary>One line that says which model this name stands for.</summary>
    public string Description => Family is null
        ? $"{Variant ?? "a model"} of {Repository}"
        : $"{Family.Title} {Variant ?? Family.Quant}: {Family.Description}";

    /// <summary>Reads a name.</summary>
    /// <param name="text">What a person typed.</param>
    /// <returns>The name.</returns>
    /// <exception cref="HubException">
    /// The text is no name (<see cref="HubErrorKind.Usage"/>); near short names are in the message.
    /// </exception>
    public static ModelName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim();
        if (name.Length == 0)
        {
            throw Bad("the model name is empty");
        }

        string? address = AfterHost(name);
        if (address is not null)
        {
            return ParseRepository(address, text);
        }

        if (ParseShort(name) is { } known)
        {
            return known;
        }

        return name.Contains('/', StringComparison.Ordinal)
            ? ParseRepository(name, text)
            : throw Bad(UnknownShortName(name));
    }

    /// <summary>The name in full: <c>org/repo:variant@revision</c>, without the parts that are null.</summary>
    /// <returns>A name that <see cref="Parse"/> reads back to an equal one.</returns>
    public override string ToString() =>
        Repository + (Variant is null ? "" : $":{Variant}") + (Revision is null ? "" : $"@{Revision}");

    private static ModelName? ParseShort(string name)
    {
        int at = name.LastIndexOf('@');
        string shortName = at < 0 ? name : name[..at];
        if (FindShort(shortName, out string quant) is not { } model)
        {
            return null;
        }

        string? revision = at < 0 ? null : CheckRevision(name[(at + 1)..], name);
        return new ModelName
        {
            Repository = model.Repository,
            Variant = quant,
            Revision = revision == "main" ? null : revision,
            Family = model,
        };
    }

    // "r1:7b" -> its default quantisation; "r1:7b:q8_0" or "r1:7b-q8_0" -> another one.
    private static FamilyModel? FindShort(string name, out string quant)
    {
        if (R1Family.Find(name) is { } exact)
        {
            quant = exact.Quant;
            return exact;
        }

        foreach (FamilyModel model in R1Family.Models)
        {
            foreach (string alias in model.Aliases)
            {
                if (name.Length > alias.Length + 1
                    && name.StartsWith(alias, StringComparison.OrdinalIgnoreCase)
                    && name[alias.Length] is ':' or '-'
                    && QuantLabel.IsLabel(name[(alias.Length + 1)..]))
                {
                    quant = name[(alias.Length + 1)..].ToUpperInvariant();
                    return model;
                }
            }
        }

        quant = "";
        return null;
    }

    // "hf.co/org/repo:Q4_K_M" -> "org/repo:Q4_K_M"; ".../org/repo/resolve/main/file.gguf?download=true" -> "org/repo:file.gguf@main"
    private static string? AfterHost(string name)
    {
        string rest = name;
        foreach (string scheme in (string[])["https://", "http://"])
        {
            rest = rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? rest[scheme.Length..] : rest;
        }

        string? host = s_hosts.FirstOrDefault(h => rest.StartsWith(h, StringComparison.OrdinalIgnoreCase));
        if (host is null)
        {
            return rest.Length == name.Length
                ? null
                : throw Bad($"'{name}' is an address outside huggingface.co; name the repository as org/repo");
        }

        rest = rest[host.Length..];
        int query = rest.AsSpan().IndexOfAny('?', '#');
        rest = (query < 0 ? rest : rest[..query]).TrimEnd('/');
        string[] parts = rest.Split('/');
        if (parts.Length >= 4 && parts[2] is "tree" or "blob" or "resolve")
        {
            string file = parts[2] == "tree" || parts.Length == 4 ? "" : ":" + Uri.UnescapeDataString(string.Join('/', parts[4..]));
            return $"{parts[0]}/{parts[1]}{file}@{Uri.UnescapeDataString(parts[3])}";
        }

        return rest;
    }

    private static ModelName ParseRepository(string name, string typed)
    {
        int end = name.AsSpan().IndexOfAny(':', '@');
        string repository = end < 0 ? name : name[..end];
        string? variant = null;
        string? revision = null;
        string rest = end < 0 ? "" : name[end..];
        if (rest.StartsWith(':'))
        {
            int at = rest.LastIndexOf('@');
            variant = at < 0 ? rest[1..] : rest[1..at];
            revision = at < 0 ? null : rest[(at + 1)..];
        }
        else if (rest.StartsWith('@'))
        {
            int colon = rest.IndexOf(':', StringComparison.Ordinal);
            revision = colon < 0 ? rest[1..] : rest[1..colon];
            variant = colon < 0 ? null : rest[(colon + 1)..];
        }

        if (!IsRepository(repository))
        {
            throw Bad($"'{typed}' is not a model name; expected org/repo[:quant][@revision], such as {R1Family.Models[0].Repository}:Q4_K_M");
        }

        if (variant is not null && !RemotePath.IsSafe(variant))
        {
            throw Bad($"'{typed}' asks for '{variant}', which is neither a quantisation nor a file of a repository");
        }

        revision = revision is null ? null : CheckRevision(revision, typed);
        variant = variant is not null && QuantLabel.IsLabel(variant) ? variant.ToUpperInvariant() : variant;
        return new ModelName
        {
            Repository = repository,
            Variant = variant,
            Revision = revision == "main" ? null : revision,
            Family = R1Family.OfRepository(repository),
        };
    }

    private static string CheckRevision(string revision, string typed) =>
        revision.Length <= 200 && RemotePath.IsSafe(revision) && IsPlain(revision, "_.-/")
            ? revision
            : throw Bad($"'{typed}' names no usable revision after '@'");

    private static string UnknownShortName(string name)
    {
        if (s_familyNames.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            IEnumerable<string> distills = R1Family.Models.Where(m => m.Kind == FamilyKind.Distill).Select(m => m.ShortName);
            return $"'{name}' is a family, not a model: choose a distill ({string.Join(", ", distills)}) or R1 itself (deepseek-r1:671b)";
        }

        string hint = Spelling.Hint(name, R1Family.Models.SelectMany(m => m.Aliases), ".");
        string known = string.Join(", ", R1Family.Models.Select(m => m.ShortName));
        return $"'{name}' is no short name{hint} Names are org/repo[:quant] or one of {known}";
    }

    private static HubException Bad(string message) => new(HubErrorKind.Usage, message);

    // Two names of letters, digits, '_', '.' and '-', each beginning with a letter or digit, as the hub allows them.
    private static bool IsRepository(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2
            && parts.All(p => p.Length <= 96 && IsPlain(p, "_.-"))
            && !text.Contains("..", StringComparison.Ordinal);
    }

    private static bool IsPlain(string text, string others) =>
        text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c, StringComparison.Ordinal));
}
