using Platform.ServiceDefaults.Problems;
using PrivacyService.Documents;

namespace PrivacyService.Pseudonyms;

internal static class DocumentProblems
{
    public static ProblemException Missing() => new(
        StatusCodes.Status400BadRequest, "missing_document", "No document", "Send a document: any JSON.");

    public static ProblemException Invalid(InvalidDocumentException exception) => new(
        StatusCodes.Status400BadRequest, "invalid_document", "The document cannot be read", $"Correct the document: {exception.Message}.");

    public static ProblemException InvalidLines(IReadOnlyList<int> lines, InvalidDocumentException first, bool more) => new(
        StatusCodes.Status400BadRequest,
        "invalid_line",
        "Lines that are not JSON objects",
        $"Correct or leave out the lines listed{(more ? " and those after them" : "")}; of the first, {first.Message}.")
    {
        Extensions = { ["lines"] = lines },
    };
}
