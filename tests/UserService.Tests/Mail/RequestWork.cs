using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Identity;
using UserService.Users;

namespace UserService.Tests.Mail;

/// <summary>What a request costs, as far as it can be counted: operations on Redis and passwords hashed; not what is done after the answer.</summary>
internal sealed class RequestWork : IDisposable
{
    private const string Outbox = "outbox deliver";

    private readonly ConcurrentDictionary<ActivityTraceId, ConcurrentQueue<string>> _work = new();
    private readonly ConcurrentDictionary<string, int> _hashes = new();
    private readonly ActivitySource _source = new("UserService.Tests.RequestWork");
    private readonly ActivityListener _listener;

    public RequestWork()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Platform.Redis" or "Microsoft.AspNetCore" or "UserService" || source == _source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Platform.Redis" && IsOfRequest(activity))
                {
                    Note(activity.TraceId, activity.OperationName);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Sends a request with a password of its own and tells what it took until the answer.</summary>
    public async Task<string> OfAsync(HttpClient client, string path, Func<string, object> bodyWith)
    {
        var password = $"password {Guid.NewGuid():n}";
        using var activity = _source.StartActivity("request")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(bodyWith(password)) };
        request.Headers.Add("traceparent", activity.Id);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        IEnumerable<string> operations = _work.TryGetValue(activity.TraceId, out var work) ? work.Order(StringComparer.Ordinal) : [];
        return $"{(int)response.StatusCode}, {_hashes.GetValueOrDefault(password)} hashes: {string.Join(", ", operations)}";
    }

    /// <summary>Counts hashes; for the services of the application.</summary>
    public IPasswordHasher<User> Counting(IPasswordHasher<User> hasher) => new CountingHasher(hasher, _hashes);

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    private static bool IsOfRequest(Activity activity)
    {
        for (var parent = activity.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent.OperationName == Outbox)
            {
                return false;
            }
        }

        return true;
    }

    private void Note(ActivityTraceId trace, string what) => _work.GetOrAdd(trace, _ => new()).Enqueue(what);

    private sealed class CountingHasher(IPasswordHasher<User> hasher, ConcurrentDictionary<string, int> hashes) : IPasswordHasher<User>
    {
        public string HashPassword(User user, string password)
        {
            Note(password);
            return hasher.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Note(providedPassword);
            return hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }

        private void Note(string password) => hashes.AddOrUpdate(password, 1, (_, count) => count + 1);
    }
}
