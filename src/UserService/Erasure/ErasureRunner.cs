using Platform.Contracts;
using Platform.Contracts.People;
using Platform.Redis;
using Platform.ServiceDefaults.PersonalData;
using Platform.ServiceDefaults.Http;

namespace UserService.Erasure;

/// <summary>
/// Carries an erasure out as far as it can be: here first, so that nobody can act as the person any more, then everywhere else. What is left is
/// tried again; every step may be repeated.
/// </summary>
internal sealed class ErasureRunner(
    ErasureStore erasures, IEnumerable<IPersonalData> personalData, IEnumerable<PeopleClient> others, ReceiptSigner signer, TimeProvider timeProvider,
    ILogger<ErasureRunner> logger)
{
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        if (await erasures.FindAsync(id, cancellationToken) is not { IsDone: false } erasure)
        {
            return;
        }

        var open = erasure.Services.Where(service => service.State != ErasureReceipt.Done).Select(service => service.Service).ToHashSet();
        if (open.Contains(ServiceNames.Users))
        {
            await EraseHereAsync(erasure, cancellationToken);
        }

        await Task.WhenAll(others.Where(other => open.Contains(other.Service)).Select(other => EraseThereAsync(other, erasure, cancellationToken)));
        if (await erasures.FindAsync(id, cancellationToken) is { IsDone: false } now && now.Services.All(service => service.State == ErasureReceipt.Done))
        {
            var receipt = now with { State = ErasureReceipt.Done, CompletedAt = timeProvider.GetUtcNow() };
            await erasures.FinishAsync(receipt with { Signature = await signer.SignAsync(receipt, cancellationToken) }, cancellationToken);
            logger.PersonErased();
        }
    }

    private async Task EraseHereAsync(ErasureReceipt erasure, CancellationToken cancellationToken)
    {
        foreach (var data in personalData)
        {
            while (true)
            {
                var erased = await data.EraseAsync(erasure.UserId, cancellationToken);
                await erasures.RecordAsync(erasure.Id, ServiceNames.Users, erased with { Done = false }, cancellationToken);
                if (erased.Done)
                {
                    break;
                }
            }
        }

        await erasures.RecordAsync(erasure.Id, ServiceNames.Users, new ErasureResponse(Done: true, []), cancellationToken);
    }

    private async Task EraseThereAsync(PeopleClient other, ErasureReceipt erasure, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var erased = await other.EraseAsync(erasure.UserId, cancellationToken);
                await erasures.RecordAsync(erasure.Id, other.Service, erased, cancellationToken);
                if (erased.Done)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is RedisUnavailableException || exception.IsAbsence(cancellationToken))
        {
            // The others go on; this one is tried again.
            logger.ErasureAwaits(other.Service);
        }
    }
}
