using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Jevons.Training;

/// <summary>
/// A training configuration: the values of a YAML file and of <c>a.b=c</c> settings over the defaults of a table of keys. Every
/// key is checked when it is read: an unknown one is an error that suggests the nearest. Immutable.
/// </summary>
public sealed class TrainingConfig
{
    private readonly Dictionary<string, string[]> _values;

    private TrainingConfig(IReadOnlyList<ConfigKey> keys, Dictionary<string, string[]> values)
    {
        Keys = keys;
        _values = values;
    }

    /// <summary>The table of keys.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; }

    /// <summary>Reads a configuration.</summary>
    /// <param name="keys">The table of keys.</param>
    /// <param name="yaml">The file's text, or null for none.</param>
    /// <param name="file">Name for messages.</param>
    /// <param name="settings">Settings such as optimizer.lr=3e-4, which count before the file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">A key is unknown, missing or given twice, or a value is not what it must be.</exception>
    public static TrainingConfig Read(IReadOnlyList<ConfigKey> keys, string? yaml, string file, IEnumerable<string> settings)
    {
        Dictionary<string, string[]> values = new(StringComparer.Ordinal);
        if (yaml is not null)
        {
            ReadYaml(keys, yaml, file, values);
        }

        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new InvalidDataException($"--set {setting}: expected KEY=VALUE, such as optimizer.lr=3e-4");
            }

            string path = setting[..equals].Trim();
            ConfigKey key = Find(keys, path, $"--set {setting}");
            string text = setting[(equals + 1)..].Trim();
            string[] items = key.Kind != ConfigKind.List ? [text]
                : text.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            Check(key, items, $"--set {setting}");
            values[path] = items;
        }

        foreach (ConfigKey key in keys.Where(k => k.IsRequired && !values.ContainsKey(k.Path)))
        {
            throw new InvalidDataException($"{file}: \"{key.Path}\" is missing: {key.Description} Give it in the file or as --set {key.Path}=...");
        }

        return new TrainingConfig(keys, values);
    }

    /// <summary>Whether a key was given.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>False when its default counts.</returns>
    public bool IsGiven(string path) => _values.ContainsKey(path);

    /// <summary>A text.</summary>
    /// <param name="path">Path of the key.</param>
    /// <returns>The value, or its default.</returns>
    public string Text(string path) => Values(path) is [string one] ? one : "";

    /// <summary>A whole number.</summary>
    /// <param name="path">Path of the key.</param>
    /// <returns>The value, or its default.</returns>
    public int Integer(string path) => int.Parse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>A number.</summary>
    /// <param name="path">Path of the key.</param>
    /// <returns>The value, or its default.</returns>
    public double Number(string path) => double.Parse(Text(path), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A flag.</summary>
    /// <param name="path">Path of the key.</param>
    /// <returns>The value, or its default.</returns>
    public bool Flag(string path) => Text(path) == "true";

    /// <summary>A list.</summary>
    /// <param name="path">Path of the key.</param>
    /// <returns>The value, or its default.</returns>
    public IReadOnlyList<string> List(string path) => Values(path);

    /// <summary>The whole configuration as YAML, defaults included: what a run was made with.</summary>
    /// <returns>Text that <see cref="Read"/> reads back to the same values.</returns>
    public string ToYaml()
    {
        System.Text.StringBuilder text = new();
        string section = "";
        foreach (ConfigKey key in Keys)
        {
            int dot = key.Path.IndexOf('.', StringComparison.Ordinal);
            string own = dot < 0 ? "" : key.Path[..dot];
            if (own != section && own.Length > 0)
            {
                text.Append(own).Append(":\n");
            }

            section = own;
            string[] values = Values(key.Path);
            string value = key.Kind switch
            {
                ConfigKind.List => $"[{string.Join(", ", values.Select(Quoted))}]",
                ConfigKind.Text => values.Length == 0 ? "" : Quoted(values[0]),
                _ => values.Length == 0 ? "" : values[0],
            };
            text.Append(dot < 0 ? "" : "  ").Append(key.Path.AsSpan(dot + 1)).Append(": ").Append(value).Append('\n');
        }

        return text.ToString();

        static string Quoted(string value) => $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private string[] Values(string path)
    {
        ConfigKey key = Keys.FirstOrDefault(k => k.Path == path) ?? throw new ArgumentException($"no key {path}", nameof(path));
        return _values.TryGetValue(path, out string[]? given) ? given
            : key.Default is null ? []
            : key.Kind == ConfigKind.List ? key.Default.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [key.Default];
    }

    private static void ReadYaml(IReadOnlyList<ConfigKey> keys, string yaml, string file, Dictionary<string, string[]> values)
    {
        YamlStream stream = [];
        try
        {
            using StringReader reader = new(yaml);
            stream.Load(reader);
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"{file}: line {e.Start.Line}, column {e.Start.Column}: not YAML: {e.Message}", e);
        }

        if (stream.Documents.Count > 0)
        {
            Walk(keys, stream.Documents[0].RootNode, "", file, values);
        }
    }

    private static void Walk(IReadOnlyList<ConfigKey> keys, YamlNode node, string prefix, string file, Dictionary<string, string[]> values)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw new InvalidDataException($"{file}: line {node.Start.Line}: {(prefix.Length == 0 ? "the file" : prefix.TrimEnd('.'))} is no list of keys and values");
        }

        foreach ((YamlNode name, YamlNode value) in mapping.Children)
        {
            string path = prefix + ((YamlScalarNode)name).Value;
            string place = $"{file}: line {name.Start.Line}";
            if (value is YamlMappingNode && keys.Any(k => k.Path.StartsWith(path + ".", StringComparison.Ordinal)))
            {
                Walk(keys, value, path + ".", file, values);
                continue;
            }

            ConfigKey key = Find(keys, path, place);
            string[] items = value switch
            {
                YamlScalarNode scalar => string.IsNullOrEmpty(scalar.Value) ? [] : [scalar.Value],
                YamlSequenceNode list when key.Kind == ConfigKind.List && list.All(i => i is YamlScalarNode) => [.. list.Select(i => ((YamlScalarNode)i).Value ?? "")],
                _ => throw new InvalidDataException($"{place}: \"{path}\" holds something nested, expected {Expected(key)}"),
            };
            if (items.Length > 0 || key.Kind == ConfigKind.List)
            {
                Check(key, items, place);
                values[path] = items;
            }
        }
    }

    private static ConfigKey Find(IReadOnlyList<ConfigKey> keys, string path, string place)
    {
        ConfigKey? key = keys.FirstOrDefault(k => k.Path == path);
        if (key is not null)
        {
            return key;
        }

        string? near = keys.Select(k => k.Path).MinBy(k => Distance(k, path));
        string? section = keys.Select(k => k.Path).FirstOrDefault(k => k.EndsWith("." + path, StringComparison.Ordinal));
        string hint = section ?? (near is not null && Distance(near, path) <= 3 ? near : "");
        throw new InvalidDataException($"{place}: there is no key \"{path}\"{(hint.Length > 0 ? $"; did you mean \"{hint}\"?" : "; 'jevons train config' lists them")}");
    }

    private static void Check(ConfigKey key, string[] items, string place)
    {
        if (key.Kind == ConfigKind.List)
        {
            return;
        }

        string text = items.Length == 1 ? items[0] : "";
        bool fits = key.Kind switch
        {
            ConfigKind.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int i) && i >= key.Minimum && i <= key.Maximum,
            ConfigKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && d >= key.Minimum && d <= key.Maximum,
            ConfigKind.Flag => text is "true" or "false",
            _ => key.Choices.Count == 0 ? text.Length > 0 : key.Choices.Contains(text, StringComparer.Ordinal),
        };
        if (!fits)
        {
            throw new InvalidDataException($"{place}: \"{key.Path}\" is \"{text}\", expected {Expected(key)}");
        }
    }

    private static string Expected(ConfigKey key)
    {
        string range = (double.IsNegativeInfinity(key.Minimum), double.IsPositiveInfinity(key.Maximum)) switch
        {
            (true, true) => "",
            (false, true) => string.Create(CultureInfo.InvariantCulture, $" of at least {key.Minimum}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at most {key.Maximum}"),
            _ => string.Create(CultureInfo.InvariantCulture, $" between {key.Minimum} and {key.Maximum}"),
        };
        return key.Kind switch
        {
            ConfigKind.Integer => "a whole number" + range,
            ConfigKind.Number => "a number" + range,
            ConfigKind.Flag => "true or false",
            ConfigKind.List => "a list of texts",
            _ => key.Choices.Count > 0 ? "one of " + string.Join(", ", key.Choices) : "text",
        };
    }

    // Levenshtein's distance.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }

        return row[^1];
    }
}
