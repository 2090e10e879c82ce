using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Gateway;

internal static class GatewayProblems
{
    public static ProblemException NoUpstream() => new(
        StatusCodes.Status404NotFound, "no_such_upstream", "No such upstream", "Name one that is configured under Privacy:Gateway:Upstreams.");

    public static ProblemException PathLeadsElsewhere() => new(
        StatusCodes.Status400BadRequest, "path_leads_elsewhere", "The path may lead elsewhere",
        "Write the path plainly, below the upstream's address: without '.', '..' and empty segments, backslashes and what is encoded several times or not as UTF-8.");

    public static ProblemException MediaType() => new(
        StatusCodes.Status415UnsupportedMediaType, "cannot_be_masked", "The body cannot be masked",
        "Send JSON or text in UTF-8, uncompressed. What cannot be read is not forwarded.");

    public static ProblemException Upgrade() => new(
        StatusCodes.Status400BadRequest, "upgrade_not_supported", "No other protocol can be masked", "Send plain HTTP requests: what goes over a WebSocket would not be seen.");

    /// <param name="place">Where it was found, such as <c>the query</c>.</param>
    /// <param name="types">What was found, by type.</param>
    public static ProblemException Residual(string place, IReadOnlyCollection<string> types) => new(
        StatusCodes.Status422UnprocessableEntity, "residual_identifier", "An identifier would have left",
        $"A last look found what was not masked in {place}; nothing was forwarded. Take out what the types listed name.")
    {
        Extensions = { ["types"] = types },
    };

    public static ProblemException AnswerTooLarge() => new(
        StatusCodes.Status502BadGateway, "answer_too_large", "The upstream's answer is too large", "Ask for less, or for a stream.");

    public static ProblemException Unreachable() => new(
        StatusCodes.Status502BadGateway, "upstream_unreachable", "The upstream does not answer", "Try again later.");

    public static ProblemException TimedOut() => new(
        StatusCodes.Status504GatewayTimeout, "upstream_timeout", "The upstream took too long", "Try again later, or ask for less.");
}
