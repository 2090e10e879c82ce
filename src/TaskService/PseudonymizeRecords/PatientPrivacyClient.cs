using Platform.Contracts;
using Platform.Contracts.Privacy;
using Platform.Tasks.Handlers;
using TaskService.Remote;

namespace TaskService.PseudonymizeRecords;

/// <summary>Calls PrivacyService, with patience.</summary>
internal sealed class PatientPrivacyClient(PrivacyClient privacy, RemotePatience patience)
{
    /// <summary>The code with which PrivacyService refuses a line.</summary>
    public const string InvalidLine = "invalid_line";

    public async Task<PseudonymizedLines> PseudonymizeAsync(
        ReadOnlyMemory<byte> lines, PseudonymizeLinesOptions how, CancellationToken cancellationToken)
    {
        try
        {
            return await patience.CallAsync(
                "PrivacyService", "privacy_unavailable", () => privacy.PseudonymizeLinesAsync(lines, how, cancellationToken), cancellationToken);
        }
        catch (RemoteCallException exception) when (exception.Code != InvalidLine)
        {
            throw new TaskFailedException(exception.Code, exception.Message, exception);
        }
    }
}
