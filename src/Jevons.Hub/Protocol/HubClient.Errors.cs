using System.Globalization;
using System.Net.Http.Headers;

namespace Jevons.Hub;

public sealed partial class HubClient
{
    private HubException Refusal(HttpResponseMessage response, string repository, string what)
    {
        int status = (int)response.StatusCode;
        string? code = HeaderOf(response, "X-Error-Code");
        string said = HeaderOf(response, "X-Error-Message") is { } message ? $" ({RemotePath.Printable(message)})" : "";
        bool hasToken = _token is not null;
        switch (code, status)
        {
            case ("GatedRepo", _):
                return new HubException(
                    HubErrorKind.Unauthorized,
                    $"{repository} is gated: accept its licence at {PageOf(repository)}"
                    + (hasToken ? ", with the account that the token belongs to" : ", then give a token of that account (HF_TOKEN)"));
            case ("RepoNotFound", _):
                return new HubException(
                    HubErrorKind.NotFound,
                    $"{what}: the repository {repository} does not exist, or it is private and "
                    + (hasToken ? "the token may not see it" : "needs a token (HF_TOKEN)") + said);
            case ("RevisionNotFound", _):
                return new HubException(HubErrorKind.NotFound, $"{what}: {repository} has no such revision{said}");
            case ("EntryNotFound", _):
                return new HubException(HubErrorKind.NotFound, $"{what}: there is no such file{said}");
            case (_, 401 or 403):
                return new HubException(
                    HubErrorKind.Unauthorized,
                    $"{what}: the hub refused access ({status}){said}; " + (hasToken
                        ? $"the token may be wrong or lack the right; the model's page is {PageOf(repository)}"
                        : $"it needs a token (HF_TOKEN) and perhaps its licence accepted at {PageOf(repository)}"));
            case (_, 404):
                return new HubException(
                    HubErrorKind.NotFound,
                    $"{what} was not found at {_options.Endpoint.Host}{said}") { IsUnnamed = code is null };
            default:
                return new HubException(HubErrorKind.Network, $"{what}: the hub answered {status}{said}");
        }
    }

    // Retry-After is seconds or a date; the hub's RateLimit header reads "name";r=remaining;t=seconds until the window ends.
    private TimeSpan? WaitAskedFor(HttpResponseMessage response)
    {
        RetryConditionHeaderValue? header = response.Headers.RetryAfter;
        if (header?.Delta is { } delta)
        {
            return delta;
        }

        if (header?.Date is { } date)
        {
            TimeSpan wait = date - _options.Time.GetUtcNow();
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        if ((int)response.StatusCode == 429 && HeaderOf(response, "RateLimit") is { } limit)
        {
            foreach (string part in limit.Split(';', StringSplitOptions.TrimEntries))
            {
                if (part.StartsWith("t=", StringComparison.Ordinal)
                    && int.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
                {
                    return TimeSpan.FromSeconds(seconds);
                }
            }
        }

        return null;
    }

    private static string? HeaderOf(HttpResponseMessage response, string name)
    {
        if (response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) && values.Count > 0)
        {
            return values.First();
        }

        return null;
    }

    private static bool SameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.Host, b.Host, StringComparison.OrdinalIgnoreCase);

    private static string Escape(string path, bool slashes = false) =>
        slashes ? Uri.EscapeDataString(path) : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
