using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Platform.Contracts.Privacy;

/// <summary>Calls PrivacyService. Needs a token with the scope <see cref="Scopes.Pseudonymize"/>.</summary>
public sealed class PrivacyClient(HttpClient http)
{
    /// <summary>The media type of one JSON document per line.</summary>
    public const string LinesMediaType = "application/x-ndjson";

    /// <summary>The response header that counts replaced values.</summary>
    public const string CountHeader = "Pseudonym-Count";

    /// <summary>The response header that tells until when originals can be had back (RFC 3339).</summary>
    public const string ExpiresHeader = "Pseudonym-Expires";

    /// <summary>
    /// Replaces personal data in a batch of records. The same batch with the same options gives the same answer, so a call may be
    /// repeated when its answer was lost.
    /// </summary>
    /// <param name="lines">NDJSON: a JSON object per line, at most 8 MiB.</param>
    /// <exception cref="RemoteCallException">The service refused, or is not able to now.</exception>
    public async Task<PseudonymizedLines> PseudonymizeLinesAsync(
        ReadOnlyMemory<byte> lines, PseudonymizeLinesOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);

        using var content = new ReadOnlyMemoryContent(lines);
        content.Headers.ContentType = new MediaTypeHeaderValue(LinesMediaType);
        using var response = await http.PostAsync(new Uri(Target(options), UriKind.Relative), content, cancellationToken);
        await response.EnsureSuccessAsync(ServiceNames.Privacy, cancellationToken);

        return new PseudonymizedLines(
            await response.Content.ReadAsByteArrayAsync(cancellationToken),
            int.Parse(Header(response, CountHeader), CultureInfo.InvariantCulture),
            DateTimeOffset.Parse(Header(response, ExpiresHeader), CultureInfo.InvariantCulture));
    }

    private static string Target(PseudonymizeLinesOptions options)
    {
        var target = new StringBuilder("/v1/pseudonymize?owner=").Append(Uri.EscapeDataString(options.Owner))
            .Append("&scope=").Append(Uri.EscapeDataString(options.Scope))
            .Append("&detect=").Append(options.Detect ? "true" : "false");
        foreach (var field in options.Fields)
        {
            target.Append("&field=").Append(Uri.EscapeDataString(field));
        }

        if (options.TimeToLive is { } timeToLive)
        {
            target.Append("&ttl=").Append(((long)timeToLive.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        return target.ToString();
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new InvalidDataException($"{ServiceNames.Privacy} answered without the header {name}.");
}
