using System.Collections.Concurrent;
using System.Diagnostics;
using Platform.TestKit;

namespace UserService.Tests.Users;

public sealed class AddressInTracesTests(ServiceFixture service)
{
    [Fact]
    public async Task FindingAnAccountByItsAddress_IsTracedWithoutTheAddressEvenWhereQueriesAreNotRedacted()
    {
        var queries = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => queries.Add(string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))),
        };
        ActivitySource.AddActivityListener(listener);
        var application = service.Application;
        using var root = application.ClientOf(await application.SignInAdminAsync());
        var name = $"ada.{Guid.NewGuid():n}";

        using var found = await root.GetAsync(new Uri($"/v1/users?limit=7&email={name}%40example.com", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True(found.IsSuccessStatusCode);
        await Eventually.TrueAsync(
            () => queries.Any(query => query.Contains("url.query=?limit=", StringComparison.Ordinal) && query.Contains("&email=Redacted", StringComparison.Ordinal)), TimeSpan.FromSeconds(10), "the request is traced");
        Assert.DoesNotContain(queries, query => query.Contains(name, StringComparison.Ordinal));
    }
}
