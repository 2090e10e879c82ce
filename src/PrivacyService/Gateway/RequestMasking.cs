using System.Net.Mime;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using PrivacyService.Documents;
using PrivacyService.Gateway.Residuals;
using PrivacyService.Masking;
using PrivacyService.Vault;

namespace PrivacyService.Gateway;

/// <summary>
/// Puts a masked body in the place of a request's. Nothing of the request is forwarded before that: with Redis away, not one byte of it.
/// </summary>
internal sealed class RequestMasking(Masker masker, HeadScanner head)
{
    public const int LongestBody = 32 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Masks, looks again, and leaves the request as it is to be forwarded.</summary>
    /// <returns>What was masked; null when the request had no body.</returns>
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">It cannot be masked, holds what is blocked, or something was left.</exception>
    public async Task<Masked?> MaskAsync(HttpContext context, DataOwner owner, MaskRules rules, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
        {
            // What goes over a WebSocket would pass unseen.
            throw GatewayProblems.Upgrade();
        }

        head.RequireNothingIn(request, rules.Policy);
        if (request.Headers.ContentEncoding.Count > 0)
        {
            throw GatewayProblems.MediaType();
        }

        var body = await RequestBody.ReadAsync(request, LongestBody, cancellationToken);
        if (body.IsEmpty)
        {
            return null;
        }

        var masked = await MaskAsync(request.ContentType, body, owner, rules, cancellationToken);
        request.Body = Stream(masked.Utf8);
        request.ContentLength = masked.Utf8.Length;
        request.Headers.TransferEncoding = default;
        return masked;
    }

    private async Task<Masked> MaskAsync(string? contentType, ReadOnlyMemory<byte> body, DataOwner owner, MaskRules rules, CancellationToken cancellationToken)
    {
        var media = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed : throw GatewayProblems.MediaType();
        Masked masked;
        if (media.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase) || media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        {
            masked = await masker.DocumentAsync(owner, body, rules, cancellationToken);
            RequireNothingLeft(ResidualScanner.InJson(masked.Utf8.Span, rules.Policy, masked.StandIns));
        }
        else if (media.Type.Equals("text", StringComparison.OrdinalIgnoreCase))
        {
            masked = await masker.TextAsync(owner, Decode(body.Span).AsMemory(), rules, cancellationToken);
            RequireNothingLeft(ResidualScanner.InText(Encoding.UTF8.GetString(masked.Utf8.Span), rules.Policy, masked.StandIns));
        }
        else
        {
            throw GatewayProblems.MediaType();
        }

        return masked;
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> utf8) =>
        MemoryMarshal.TryGetArray(utf8, out var bytes) ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false) : new MemoryStream(utf8.ToArray(), writable: false);

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw GatewayProblems.MediaType();
        }
    }

    private static void RequireNothingLeft(IReadOnlyCollection<string> residual)
    {
        if (residual.Count > 0)
        {
            throw GatewayProblems.Residual("the body", residual);
        }
    }
}
