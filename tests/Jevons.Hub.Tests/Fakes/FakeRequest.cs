namespace Jevons.Hub.Tests.Fakes;

/// <summary>One request that a fake server received.</summary>
public sealed record FakeRequest(string Target, IReadOnlyDictionary<string, string> Headers)
{
    public string Path => Target.Split('?')[0];

    public string? Authorization => Headers.GetValueOrDefault("authorization");

    public string? Range => Headers.GetValueOrDefault("range");

    /// <summary>The first byte asked for, or 0.</summary>
    public long From => Range is null ? 0 : long.Parse(Range["bytes=".Length..].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
}
