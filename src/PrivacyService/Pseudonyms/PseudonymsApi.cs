using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.Redis;
using Platform.Redis.Idempotency;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Http;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Activity;
using PrivacyService.Detection;
using PrivacyService.Documents;
using PrivacyService.Masking;
using PrivacyService.Restoring;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Pseudonyms;

internal static class PseudonymsApi
{
    public const int LongestDocument = 2 * 1024 * 1024;
    public const int LongestLines = 8 * 1024 * 1024;

    private const string CallPrefix = "psn";

    /// <summary>The members around a document.</summary>
    private const int Envelope = 64 * 1024;

    /// <summary>
    /// Long enough for whoever repeats a call whose answer was lost, and not longer: the answer is kept under the service's key and not under
    /// its owner's, and holds whatever of the document was no personal data to us.
    /// </summary>
    private static readonly TimeSpan AnswerLife = TimeSpan.FromHours(1);

    public static void MapPseudonymsApi(this IEndpointRouteBuilder routes)
    {
        var privacy = routes.MapGroup("/v1").WithTags("Pseudonyms").RefusesUnknownQuery();
        privacy.MapPost("/pseudonymize", PseudonymizeAsync).WithRequestBodyLimit(LongestDocument + Envelope).WithIdempotency(KeepAnswers)
            .RecordsActivity(ActivityKind.Pseudonymize).WithName("Pseudonymize").WithSummary("Replaces personal data by pseudonyms: in a JSON document, or in JSON objects, one per line.")
            .DescribeLines();
        privacy.MapPost("/pseudonymize", PseudonymizeLinesAsync).WithRequestBodyLimit(LongestLines).WithIdempotency(KeepAnswers)
            .RecordsActivity(ActivityKind.Pseudonymize).Accepts<byte[]>(PrivacyClient.LinesMediaType)
            .WithOrder(1) // A body without a Content-Type fits both; the form for documents then says which it takes.
            .WithName("PseudonymizeLines").ExcludeFromDescription();
        privacy.MapPost("/repersonalize", RepersonalizeAsync).WithRequestBodyLimit(LongestLines)
            .RecordsActivity(ActivityKind.Repersonalize).WithName("Repersonalize").WithSummary("Puts originals back in the place of pseudonyms.");
        privacy.MapGet("/pseudonyms/{id}", GetAsync)
            .WithName("GetPseudonym").WithSummary("Tells until when an original can be had back, without giving it.");
        privacy.MapDelete("/pseudonyms/{id}", RemoveAsync)
            .WithName("RemovePseudonym").WithSummary("Removes an original: its pseudonym stands for nothing from then on.");
    }

    private static void KeepAnswers(IdempotencyOptions options)
    {
        options.TimeToLive = AnswerLife;
        options.ReplayedHeaders.Add(PrivacyClient.CountHeader);
        options.ReplayedHeaders.Add(PrivacyClient.ExpiresHeader);
    }

    private static async Task<Ok<PseudonymizeResponse>> PseudonymizeAsync(
        PseudonymizeRequest request,
        ClaimsPrincipal caller,
        [AsParameters] PseudonymizeServices services,
        [Description("Whose data it is; services only.")] string? owner,
        CancellationToken cancellationToken)
    {
        var dataOwner = services.Access.OwnerOf(caller, owner, Scopes.Pseudonymize);
        var rules = services.Rules.Build(request.Fields, request.ExceptFields, request.Detect, request.Scope, request.TtlSeconds, caller.IsService()) with
        {
            Detection = DetectionRulesBuilder.Build(request),
            Style = request.Style,
        };
        if (request.Document.Utf8.IsEmpty)
        {
            throw DocumentProblems.Missing();
        }

        var callId = PlatformId.New(CallPrefix);
        var result = await services.Pseudonymizer.DocumentAsync(dataOwner, callId, request.Document.Utf8, rules, cancellationToken);
        services.Activity.Tell(rules.Scope, result.Replaced, result.Types, keptUntil: result.ExpiresAt);
        return TypedResults.Ok(new PseudonymizeResponse(callId, new RawJson(result.Json), result.Replaced, result.ExpiresAt));
    }

    private static async Task<FileContentHttpResult> PseudonymizeLinesAsync(
        HttpContext context,
        [AsParameters] PseudonymizeServices services,
        [AsParameters] LinesQuery query,
        CancellationToken cancellationToken)
    {
        var dataOwner = services.Access.OwnerOf(context.User, query.Owner, Scopes.Pseudonymize);
        var rules = services.Rules.Build(query.Fields, query.ExceptFields, query.Detect, query.Scope, query.TimeToLive, context.User.IsService()) with
        {
            Detection = DetectionRulesBuilder.Build(query.Wishes()),
            Style = MaskStyles.Parse(query.Style),
        };
        var lines = await RequestBody.ReadAsync(context.Request, LongestLines, cancellationToken);
        var result = await services.Pseudonymizer.LinesAsync(
            dataOwner, rules.Scope ?? PseudonymScope.OfCall(PlatformId.New(CallPrefix)), lines, rules, cancellationToken);
        services.Activity.Tell(rules.Scope, result.Replaced, result.Types);

        var headers = context.Response.Headers;
        headers[PrivacyClient.CountHeader] = result.Replaced.ToString(CultureInfo.InvariantCulture);
        headers[PrivacyClient.ExpiresHeader] = result.ExpiresAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return TypedResults.Bytes(result.Json, PrivacyClient.LinesMediaType);
    }

    private static async Task<Ok<RepersonalizeResponse>> RepersonalizeAsync(
        RepersonalizeRequest request,
        HttpContext context,
        CallerAccess access,
        Repersonalizer repersonalizer,
        Unmasker unmasker,
        CallActivity activity,
        [Description("Whose data it is; services only.")] string? owner,
        CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var dataOwner = access.OwnerOf(context.User, owner, Scopes.Restore);
        if (request.Document.Utf8.IsEmpty == (request.Id is null))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "document_or_id", "What is to be restored?", "Send either a document or a pseudonymId.");
        }

        var scope = PseudonymRulesBuilder.ParseScope(request.Scope, mayUseTenant: true);
        var call = RestoreCall.Of(context.User, dataOwner, request.Purpose, ActivityKind.Repersonalize);
        var restored = request.Id is { } callId
            ? await repersonalizer.WholeAsync(call, RequireCallId(callId), cancellationToken)
            : request.Style == MaskStyle.Token
                ? await repersonalizer.DocumentAsync(call, request.Document.Utf8, PseudonymToken.IndexOf, scope, request.Mode, cancellationToken)
                : await InFormAsync();
        activity.Tell(scope, restored.Restored ?? 1, missing: restored.Missing.Count);
        return TypedResults.Ok(restored);

        async Task<RepersonalizeResponse> InFormAsync()
        {
            var unmasked = await unmasker.DocumentAsync(call, request.Document.Utf8, scope, request.Style, request.Mode, cancellationToken);
            return new RepersonalizeResponse(new RawJson(unmasked.Utf8), unmasked.Restored, unmasked.Missing);
        }
    }

    private static async Task<Ok<PseudonymResponse>> GetAsync(
        string id, ClaimsPrincipal caller, CallerAccess access, PseudonymVault vault, string? owner, CancellationToken cancellationToken)
    {
        var dataOwner = access.OwnerOf(caller, owner, Scopes.Pseudonymize);
        var isValue = TryReadToken(id, out var token);
        var kept = isValue
            ? await vault.ExpiryAsync(dataOwner, token, cancellationToken)
            : await vault.ExpiryAsync(dataOwner, RequireCallId(id), cancellationToken);
        return kept.Outcome switch
        {
            ReadOutcome.Found => TypedResults.Ok(new PseudonymResponse(id, isValue ? PseudonymKind.Value : PseudonymKind.Document, kept.At)),
            ReadOutcome.Expired => throw PseudonymProblems.Expired(),
            _ => throw PseudonymProblems.NotFound(),
        };
    }

    private static async Task<NoContent> RemoveAsync(
        string id, ClaimsPrincipal caller, CallerAccess access, PseudonymVault vault, string? owner, CancellationToken cancellationToken)
    {
        var dataOwner = access.OwnerOf(caller, owner, Scopes.Pseudonymize);
        var removed = TryReadToken(id, out var token)
            ? await vault.RemoveAsync(dataOwner, token, cancellationToken)
            : await vault.RemoveAsync(dataOwner, RequireCallId(id), cancellationToken);
        return removed ? TypedResults.NoContent() : throw PseudonymProblems.NotFound();
    }

    private static bool TryReadToken(string id, out PseudonymToken token) =>
        PseudonymToken.TryRead(id, out token) && id.Length == PseudonymToken.Length;

    private static string RequireCallId(string id) => PlatformId.IsValid(id, CallPrefix) ? id : throw PseudonymProblems.NotFound();
}
