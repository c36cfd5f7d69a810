using System.Net;
using System.Net.Http.Headers;

namespace Jevons.Hub;

/// <summary>
/// Speaks the Hugging Face hub's HTTP protocol: <c>/api/models/{repo}/revision/{rev}</c>, <c>/api/models/{repo}/tree/{rev}</c>
/// and <c>/{repo}/resolve/{rev}/{file}</c>. It sends nothing unless a method is called, and nothing but what that method needs.
/// Redirects are followed here and not by the handler, because the token must not travel to another host. Thread-safe.
/// </summary>
public sealed partial class HubClient : IDisposable
{
    private const int MaxRedirects = 10;
    private readonly HubOptions _options;
    private readonly HttpClient _http;
    private readonly string _root;
    private readonly string? _token;

    /// <summary>Makes a client.</summary>
    /// <param name="options">The hub's address, token, clock and limits.</param>
    /// <param name="handler">The transport, which must not follow redirects; null uses sockets. The client owns it.</param>
    public HubClient(HubOptions options, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Endpoint.IsAbsoluteUri || options.Endpoint.Scheme is not ("http" or "https"))
        {
            throw new HubException(HubErrorKind.Usage, $"the hub's address '{options.Endpoint}' is not an http or https address");
        }

        _options = options;
        _token = string.IsNullOrWhiteSpace(options.Token) ? null : options.Token.Trim();
        if (_token is not null && !_token.All(c => c is > ' ' and < '\u007f'))
        {
            throw new HubException(HubErrorKind.Usage, "the access token holds characters that no token has: check HF_TOKEN or the token file");
        }

        _root = options.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _http = new HttpClient(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The page of a repository, where its licence can be read and accepted.</summary>
    /// <param name="repository">The repository, <c>org/repo</c>.</param>
    /// <returns>An address for a browser.</returns>
    public string PageOf(string repository) => $"{_root}/{repository}";

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Opens a file of a repository at an offset: one attempt.</summary>
    /// <exception cref="TransientFailureException">Another attempt may succeed.</exception>
    /// <exception cref="HubException">It will not.</exception>
    internal async Task<HubAnswer> OpenAsync(
        string repository, string revision, string path, long from, CancellationToken cancellationToken)
    {
        Uri address = new($"{_root}/{repository}/resolve/{Escape(revision, slashes: true)}/{Escape(path)}");
        Chain chain = await SendAsync(address, from, $"{path} of {repository}", cancellationToken);
        if (chain.Last.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return new HubAnswer(chain.Last, chain.ETag, chain.Commit);
        }

        using HttpResponseMessage failed = chain.Last;
        throw Refusal(failed, repository, $"{path} of {repository}@{revision}");
    }

    // Asks for a JSON document, with retries.
    private async Task<JsonAnswer> GetJsonAsync(
        Uri address, string repository, string what, Action<string, TimeSpan>? waiting, CancellationToken cancellationToken)
    {
        Backoff backoff = new(_options);
        while (true)
        {
            try
            {
                Chain chain = await SendAsync(address, 0, what, cancellationToken);
                using HttpResponseMessage response = chain.Last;
                return response.StatusCode == HttpStatusCode.OK
                    ? await JsonAnswer.ReadAsync(response, what, _options, cancellationToken)
                    : throw Refusal(response, repository, what);
            }
            catch (TransientFailureException e)
            {
                await backoff.WaitAsync(e, waiting, cancellationToken);
            }
        }
    }

    // One request and the redirects after it. The token goes to the endpoint's own origin only; https never falls back to http.
    private async Task<Chain> SendAsync(Uri address, long from, string what, CancellationToken cancellationToken)
    {
        if (_options.Offline)
        {
            throw new HubException(HubErrorKind.Offline, $"{what} needs the network, which is switched off (offline mode)");
        }

        string? etag = null;
        string? commit = null;
        Uri current = address;
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            bool atHome = SameOrigin(current, _options.Endpoint);
            HttpResponseMessage response = await SendOnceAsync(current, atHome, from, what, cancellationToken);
            if (atHome)
            {
                etag ??= HeaderOf(response, "X-Linked-Etag") ?? response.Headers.ETag?.ToString() ?? HeaderOf(response, "ETag");
                commit ??= HeaderOf(response, "X-Repo-Commit");
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return new Chain(response, etag, commit);
            }

            Uri? target = response.Headers.Location;
            response.Dispose();
            if (target is null)
            {
                throw new TransientFailureException($"{current.Host} redirects {what} without saying where");
            }

            if (!Uri.TryCreate(current, target, out Uri? next) || !(next.Scheme == "https" || (next.Scheme == "http" && current.Scheme == "http")))
            {
                string shown = RemotePath.Printable(target.OriginalString);
                throw new HubException(
                    HubErrorKind.Network,
                    $"{current.Host} redirects {what} to {shown}, which is not followed: only http and https are, and https never back to http");
            }

            current = next;
        }

        throw new HubException(HubErrorKind.Network, $"{what} is redirected more than {MaxRedirects} times");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        Uri address, bool withToken, long from, string what, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (withToken && _token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        }

        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        using CancellationTokenSource stall = new(_options.StallTimeout, _options.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (HttpRequestException e)
        {
            throw new TransientFailureException($"{address.Authority} cannot be reached for {what} ({e.Message})", null, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientFailureException(
                $"{address.Authority} did not answer for {what} within {_options.StallTimeout.TotalSeconds:0} s",
                null,
                e);
        }

        if (IsTransient(response, withToken))
        {
            TimeSpan? wait = WaitAskedFor(response);
            int status = (int)response.StatusCode;
            response.Dispose();
            throw new TransientFailureException($"{address.Authority} answered {status} for {what}", wait);
        }

        return response;
    }

    // A host that the hub redirected to checks a signature that expires: asking the hub again gives a fresh one.
    private static bool IsTransient(HttpResponseMessage response, bool atHome) =>
        (int)response.StatusCode is 408 or 425 or 429 or >= 500 || (!atHome && (int)response.StatusCode is 400 or 401 or 403 or 410);

    private sealed record Chain(HttpResponseMessage Last, string? ETag, string? Commit);
}
