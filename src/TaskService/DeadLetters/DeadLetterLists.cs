using System.Globalization;
using Platform.Contracts;
using Platform.Tasks.DeadLetters;
using Platform.Tasks.Items;
using StackExchange.Redis;

namespace TaskService.DeadLetters;

/// <summary>Dead letters in pages, the latest first.</summary>
internal sealed class DeadLetterLists(DeadLetterStore dead, TaskStore tasks)
{
    /// <summary>A page is the result of so many looks at most, so that a filter that matches little costs little.</summary>
    private const int MostLooks = 10;

    public async Task<Page<TaskItem>> ListAsync(DeadLetterFilter filter, DeadLetter? after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<DeadLetter>(limit);
        var looks = 0;
        DeadLetter? next = null;
        await foreach (var page in dead.ReadAsync(filter, Order.Descending, after, cancellationToken))
        {
            found.AddRange(page.Letters);
            if (found.Count >= limit || ++looks == MostLooks)
            {
                next = found.Count >= limit ? found[limit - 1] : page.Last;
                break;
            }
        }

        string[] ids = [.. found.Take(limit).Select(letter => letter.Id)];
        var read = await tasks.FindAllAsync(ids, cancellationToken);
        return new Page<TaskItem>([.. read.OfType<TaskItem>()], next is null ? null : string.Create(CultureInfo.InvariantCulture, $"{next.DiedAt}-{next.Id}"));
    }

    /// <param name="cursor">Null is the beginning.</param>
    public static bool TryReadCursor(string? cursor, out DeadLetter? after)
    {
        after = null;
        if (cursor is null)
        {
            return true;
        }

        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !long.TryParse(cursor.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var diedAt)
            || !PlatformId.IsValid(cursor[(dash + 1)..], "tsk"))
        {
            return false;
        }

        after = new DeadLetter(cursor[(dash + 1)..], "", diedAt);
        return true;
    }
}
