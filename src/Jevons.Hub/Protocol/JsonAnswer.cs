using System.Text.Json;

namespace Jevons.Hub;

/// <summary>A JSON document from the hub and the address of the page after it, read with a limit on its size.</summary>
internal sealed class JsonAnswer : IDisposable
{
    private const int MaxBytes = 32 << 20;
    private readonly JsonDocument _document;

    private JsonAnswer(JsonDocument document, string? nextPage)
    {
        _document = document;
        NextPage = nextPage;
    }

    /// <summary>The document.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>The address of the next page (header <c>Link: &lt;…&gt;; rel="next"</c>), or null.</summary>
    public string? NextPage { get; }

    /// <summary>Reads a response's body.</summary>
    /// <exception cref="TransientFailureException">The connection was lost or stalled.</exception>
    /// <exception cref="HubException">The body is no JSON or too large (<see cref="HubErrorKind.Corrupt"/>).</exception>
    public static async Task<JsonAnswer> ReadAsync(
        HttpResponseMessage response, string what, HubOptions options, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        using CancellationTokenSource stall = new(options.StallTimeout, options.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(either.Token);
            byte[] buffer = new byte[64 << 10];
            int read;
            while ((read = await stream.ReadAsync(buffer, either.Token)) > 0)
            {
                if (body.Length + read > MaxBytes)
                {
                    throw new HubException(HubErrorKind.Corrupt, $"the hub's answer about {what} is longer than {MaxBytes >> 20} MiB");
                }

                body.Write(buffer, 0, read);
                stall.CancelAfter(options.StallTimeout);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new TransientFailureException($"the connection was lost while reading about {what} ({e.Message})", null, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientFailureException($"the connection stalled while reading about {what}", null, e);
        }

        try
        {
            JsonDocument document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length).ToArray());
            return new JsonAnswer(document, NextOf(response));
        }
        catch (JsonException e)
        {
            throw new HubException(HubErrorKind.Corrupt, $"the hub's answer about {what} is not JSON: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private static string? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links))
        {
            return null;
        }

        foreach (string link in links.SelectMany(l => l.Split(',')))
        {
            int open = link.IndexOf('<', StringComparison.Ordinal);
            int close = link.IndexOf('>', StringComparison.Ordinal);
            if (open >= 0 && close > open && link[close..].Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
            {
                return link[(open + 1)..close];
            }
        }

        return null;
    }
}
