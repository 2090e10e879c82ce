using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Shared;

/// <summary>
/// Compiled into the tests of every service: who gets what from each route, as access.txt says it. A route without a row fails, and so does a
/// row without a route.
/// </summary>
public abstract class AccessMatrixTests(AccessedService service)
{
    public static TheoryData<string> Rows => [.. AccessRow.Lines];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Route_CalledByEverybody_AnswersAsTheMatrixSays(string line)
    {
        var row = AccessRow.Parse(line);
        var wrong = new List<string>();
        foreach (var (caller, expected) in AccessedService.Callers.Zip(row.Statuses))
        {
            var scene = await service.NewSceneAsync();
            var (status, body) = await SendAsync(row.Request(scene.Things), scene.Tokens[caller]);
            if (status != expected)
            {
                wrong.Add($"{caller} got {status} instead of {expected}: {body}");
            }
        }

        Assert.True(wrong.Count == 0, $"{row}\n{string.Join('\n', wrong)}");
    }

    /// <summary>Whoever may not see a thing learns not even that it is there.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Thing_OfSomebodyElse_AnswersAsOneThatIsNotThere(string line)
    {
        var row = AccessRow.Parse(line);
        foreach (var caller in AccessedService.Callers.Zip(row.Statuses).Where(cell => cell.Second == 404).Select(cell => cell.First))
        {
            var scene = await service.NewSceneAsync();
            if (row.RequestForNothing(scene.Things) is { } request)
            {
                var foreign = await SendAsync(row.Request(scene.Things), scene.Tokens[caller]);
                var absent = await SendAsync(request, scene.Tokens[caller]);
                Assert.Equal((absent.Status, WithoutTrace(absent.Body)), (foreign.Status, WithoutTrace(foreign.Body)));
            }
        }
    }

    [Fact]
    public void Matrix_AndRoutes_NameEachOther()
    {
        var routes = service.Application.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => $"{method} {Pattern(endpoint)}"))
            .Where(route => !route.StartsWith("HEAD ", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var rows = AccessRow.Lines.Select(line => AccessRow.Parse(line).Route).ToHashSet(StringComparer.Ordinal);

        var missing = routes.Except(rows).Order(StringComparer.Ordinal).ToArray();
        Assert.True(
            missing.Length == 0,
            $"Nobody says who may call these. Add a line for each to tests/{AccessRow.Service}.Tests/{AccessRow.FileName}, such as "
            + $"'{missing.FirstOrDefault()?.Replace("}", "=user}", StringComparison.Ordinal)} - 401 200 404 200 403 403 403 403' "
            + $"(path with what is put there, body, and the status for {string.Join(", ", AccessedService.Callers)}):\n{string.Join('\n', missing)}");
        var gone = rows.Except(routes).ToArray();
        Assert.True(gone.Length == 0, $"No route answers these rows; take them out, or write them as the service does:\n{string.Join('\n', gone)}");
    }

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static string WithoutTrace(string body) => body.StartsWith('{')
        ? string.Join('\n', JsonDocument.Parse(body).RootElement.EnumerateObject().Where(member => member.Name != "traceId"))
        : body;

    private async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request, string? token)
    {
        using var client = service.Application.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        using (request)
        {
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

            // A stream that was granted has no end.
            return ((int)response.StatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
