using System.Collections;
using System.Text;

namespace Jevons.Formats;

/// <summary>
/// The ordered key-value pairs of a GGUF file. Typed readers name key, found type and expected type when they fail. A copy
/// may be edited and handed to <see cref="GgufWriter"/>. Reading is thread-safe as long as nobody edits.
/// </summary>
public sealed partial class GgufMetadata : IReadOnlyCollection<KeyValuePair<string, GgufValue>>
{
    private readonly OrderedDictionary<string, GgufValue> _values;

    /// <summary>An empty set.</summary>
    public GgufMetadata()
        : this("metadata")
    {
    }

    /// <summary>A copy that can be edited without touching <paramref name="source"/>.</summary>
    /// <param name="source">Values to copy, in their order.</param>
    public GgufMetadata(GgufMetadata source)
    {
        File = source.File;
        _values = new OrderedDictionary<string, GgufValue>(source._values, StringComparer.Ordinal);
    }

    internal GgufMetadata(string file)
    {
        File = file;
        _values = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
    }

    /// <summary>Path of the file that the values come from, for messages.</summary>
    public string File { get; }

    /// <summary>Number of keys.</summary>
    public int Count => _values.Count;

    /// <summary>Keys in file order.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>The value of <paramref name="key"/>.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidDataException">The key is missing.</exception>
    public GgufValue this[string key] => Find(key) ?? throw Missing(key);

    /// <summary>The value of <paramref name="key"/>, or null.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The value or null.</returns>
    public GgufValue? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>True when <paramref name="key"/> is there.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>Whether it is there.</returns>
    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>Sets a value: in place when the key is there, else at the end.</summary>
    /// <param name="key">Key of 1 to 65535 bytes.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    public void Set(string key, GgufValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(key), GgufHeader.MaxNameBytes, nameof(key));
        _values[key] = value;
    }

    /// <summary>Removes a key.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string key) => _values.Remove(key);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, GgufValue>> GetEnumerator() => _values.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryAdd(string key, GgufValue value) => _values.TryAdd(key, value);

    internal InvalidDataException Missing(string key) => BadFile.Because(File, $"key {BadFile.Quote(key)} is missing");

    internal InvalidDataException Wrong(string key, GgufValue found, string expected) =>
        BadFile.Because(File, $"key {BadFile.Quote(key)} is {found.Describe()}, expected {expected}");
}
