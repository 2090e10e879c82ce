using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.Redis.Scripting;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Items;
using Platform.Tasks.Processing;

namespace TaskService.ExportUserData;

/// <summary>Which exports are about whom: an erasure takes them along, whoever has submitted them.</summary>
internal sealed class ExportNotes(RedisStore redis, TaskKeys keys, IOptions<ExportUserDataOptions> options)
{
    private const int Erased = 4;
    private const int TooMany = 5;

    private static readonly RedisScript NoteExport = RedisScript.FromResource(typeof(ExportNotes).Assembly, "NoteExport.lua");

    /// <exception cref="TaskFailedException">The person was erased, or was exported too often.</exception>
    /// <exception cref="DeliveryLostException">Another attempt has taken over.</exception>
    public Task NoteAsync(TaskContext context, string userId, CancellationToken cancellationToken) => context.WriteAsync(
        async () => (int)await redis.EvaluateAsync(
            NoteExport,
            [keys.Item(context.TaskId), keys.Erased(TaskPersonalData.Digest(userId)), keys.About(userId)],
            [context.Fence, context.TaskId, options.Value.MostPerDay, (long)TaskKeys.OwnedLifetime.TotalMilliseconds],
            cancellationToken) switch
        {
            Erased => throw ExportFailures.PersonErased(),
            TooMany => throw new TaskFailedException(
                "too_many_exports",
                $"{options.Value.MostPerDay} exports of this person were begun in the last 24 hours. Fetch one of those, or come back later."),
            var hold => (Hold)hold,
        },
        cancellationToken);
}
