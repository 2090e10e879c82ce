using System.ComponentModel;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Pseudonyms;
using PrivacyService.Restoring;
using PrivacyService.Tokens;

namespace PrivacyService.Masking;

internal static class MaskApi
{
    public const string TextMediaType = "text/plain";

    /// <summary>As for pseudonyms: the answer holds whatever was no identifier to us.</summary>
    private static readonly TimeSpan AnswerLife = TimeSpan.FromHours(1);

    public static void MapMaskApi(this IEndpointRouteBuilder routes)
    {
        var masks = routes.MapGroup("/v1").WithTags("Masks").RefusesUnknownQuery();
        masks.MapPost("/mask", MaskAsync).WithRequestBodyLimit(PseudonymsApi.LongestLines)
            .WithIdempotency(static options => options.TimeToLive = AnswerLife)
            .RecordsActivity(ActivityKind.Mask).WithName("Mask").WithSummary("Replaces AWS identifiers and personal data by masks, in a text or a JSON document.");
        masks.MapPost("/mask", MaskTextAsync).WithRequestBodyLimit(TextMaskStream.LongestText)
            .RecordsActivity(ActivityKind.Mask).Accepts<string>(TextMediaType).WithOrder(1).WithName("MaskText").ExcludeFromDescription();
        masks.MapPost("/unmask", UnmaskAsync).WithRequestBodyLimit(PseudonymsApi.LongestLines)
            .RecordsActivity(ActivityKind.Unmask).WithName("Unmask").WithSummary("Puts originals back in the place of masks.");
    }

    private static async Task<Ok<MaskResponse>> MaskAsync(
        MaskRequest request,
        ClaimsPrincipal caller,
        CallerAccess access,
        MaskServices services,
        CallActivity activity,
        [Description("Whose data it is; services only.")] string? owner,
        CancellationToken cancellationToken)
    {
        var dataOwner = access.OwnerOf(caller, owner, Scopes.Pseudonymize);
        RequireOne(request.Text, request.Document);
        var rules = services.RulesOf(request.Scope, request.TtlSeconds, request.Modes, caller.IsService(), DetectionRulesBuilder.Build(request, MaskKind.Types)) with
        {
            Style = request.Style,
        };
        var masked = request.Text is { } text
            ? await services.Masker.TextAsync(dataOwner, text.AsMemory(), rules, cancellationToken)
            : await services.Masker.DocumentAsync(dataOwner, request.Document.Utf8, rules, cancellationToken);
        activity.Tell(rules.Scope, masked.Counts.Masked, masked.Counts.ByType);
        return TypedResults.Ok(new MaskResponse(
            request.Text is null ? null : Encoding.UTF8.GetString(masked.Utf8.Span),
            request.Text is null ? new RawJson(masked.Utf8) : null,
            rules.Scope.Name,
            masked.Counts.Masked,
            masked.Counts.Redacted,
            masked.Counts.Reported,
            masked.Counts.ByType,
            masked.ExpiresAt));
    }

    /// <summary>A text of any length, in as little memory as a piece of it takes.</summary>
    private static async Task MaskTextAsync(
        HttpContext context,
        CallerAccess access,
        MaskServices services,
        CallActivity activity,
        [Description("Whose data it is; services only.")] string? owner,
        string? scope,
        [Description("Seconds for which masks can be turned back.")] long? ttl,
        [Description("What masks look like: token or format.")] string? style,
        CancellationToken cancellationToken)
    {
        var dataOwner = access.OwnerOf(context.User, owner, Scopes.Pseudonymize);
        var rules = services.RulesOf(scope, ttl, modes: null, context.User.IsService(), DetectionRules.Default) with { Style = MaskStyles.Parse(style) };
        await new TextMaskStream(services.Masker, dataOwner, rules, activity).RunAsync(context, cancellationToken);
    }

    private static async Task<Ok<UnmaskResponse>> UnmaskAsync(
        UnmaskRequest request,
        HttpContext context,
        CallerAccess access,
        Unmasker unmasker,
        CallActivity activity,
        [Description("Whose data it is; services only.")] string? owner,
        CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var dataOwner = access.OwnerOf(context.User, owner, Scopes.Restore);
        RequireOne(request.Text, request.Document);
        var scope = PseudonymRulesBuilder.ParseScope(request.Scope, mayUseTenant: true);
        var call = RestoreCall.Of(context.User, dataOwner, request.Purpose, ActivityKind.Unmask);
        var unmasked = request.Text is { } text
            ? await unmasker.TextAsync(call, Encoding.UTF8.GetBytes(text), scope, request.Style, request.Mode, cancellationToken)
            : await unmasker.DocumentAsync(call, request.Document.Utf8, scope, request.Style, request.Mode, cancellationToken);
        activity.Tell(scope, unmasked.Restored, missing: unmasked.Missing.Count);
        return TypedResults.Ok(new UnmaskResponse(
            request.Text is null ? null : Encoding.UTF8.GetString(unmasked.Utf8.Span),
            request.Text is null ? new RawJson(unmasked.Utf8) : null,
            unmasked.Restored,
            unmasked.Missing));
    }

    private static void RequireOne(string? text, RawJson document)
    {
        if (text is null == document.Utf8.IsEmpty)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "text_or_document", "What is it about?", "Send either a text or a document.");
        }
    }
}

/// <summary>What the routes of masks need.</summary>
internal sealed class MaskServices(PseudonymRulesBuilder rules, Masker masker)
{
    public Masker Masker => masker;

    public MaskRules RulesOf(
        string? scope, long? ttlSeconds, IReadOnlyDictionary<string, MaskMode>? modes, bool mayUseTenant, DetectionRules detection) => new(
        PseudonymRulesBuilder.ParseScope(scope, mayUseTenant) ?? PseudonymScope.OfCall(PlatformId.New("psn")),
        rules.ParseTimeToLive(ttlSeconds),
        MaskPolicy.Create(modes, detection.OwnTypes))
    {
        Detection = detection,
    };
}
