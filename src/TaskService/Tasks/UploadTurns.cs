using Platform.ServiceDefaults.Problems;

namespace TaskService.Tasks;

/// <summary>
/// How many large bodies of one person come in to this process at once. What has come in already lies in Redis, and of one that stalls nobody knows
/// whether it will ever be a task.
/// </summary>
internal sealed class UploadTurns
{
    public const int MostAtOnce = 4;

    /// <summary>What is smaller is no burden.</summary>
    private const int LongestFree = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    /// <param name="person">Who sends it.</param>
    /// <param name="length">Of the body; null where nobody has said.</param>
    /// <returns>To be disposed of when all of it is there.</returns>
    /// <exception cref="ProblemException">So many are on their way already.</exception>
    public IDisposable? Take(string person, long? length)
    {
        if (length <= LongestFree)
        {
            return null;
        }

        lock (_lock)
        {
            var taken = _taken.GetValueOrDefault(person);
            _taken[person] = taken < MostAtOnce ? taken + 1 : throw new ProblemException(
                StatusCodes.Status429TooManyRequests, "too_many_uploads", "Too many uploads at once",
                $"Send at most {MostAtOnce} bodies of more than 1 MiB at a time. Wait until one has been taken in, then send this one again.", TimeSpan.FromSeconds(5));
        }

        return new Turn(this, person);
    }

    private void GiveBack(string person)
    {
        lock (_lock)
        {
            if (--_taken[person] == 0)
            {
                _taken.Remove(person);
            }
        }
    }

    private sealed class Turn(UploadTurns turns, string person) : IDisposable
    {
        public void Dispose() => turns.GiveBack(person);
    }
}
