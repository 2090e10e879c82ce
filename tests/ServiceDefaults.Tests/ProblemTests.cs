using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.ServiceDefaults.Problems;

namespace ServiceDefaults.Tests;

public class ProblemTests
{
    private sealed record Order(string Name, int Count);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Basket(
        string Name, int? Count, Wrapping? Wrapping, DateTimeOffset? Until, IReadOnlyList<Line>? Lines, IReadOnlyDictionary<string, int>? Prices);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Line(int Price);

    private enum Wrapping
    {
        None,
        GiftPaper,
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/").AllowAnonymous();
        open.MapPost("/orders", (Order order) => order.Count);
        open.MapGet("/result", () => Problems.Conflict("order_taken", "The order is taken", "Send another name."));
        open.MapGet("/deep", void () => throw Problems.Unavailable(TimeSpan.FromMilliseconds(1200), "store_full", "The store is full", "Try again shortly."));
        open.MapGet("/refused", () => Problems.Unauthorized("wrong_password", "The password is wrong", "Send another password."));
        open.MapPost("/cut", void (HttpContext context) => context.Response.StatusCode = StatusCodes.Status400BadRequest);
        open.MapPost("/chunks", void () => throw new IOException("Bad chunk size data.", new OverflowException()));
        open.MapGet("/broken", void () => throw new InvalidOperationException("password=hunter2"));
    }

    [Theory]
    [InlineData("/result", HttpStatusCode.Conflict, "order_taken", "Send another name.")]
    [InlineData("/deep", HttpStatusCode.ServiceUnavailable, "store_full", "Try again shortly.")]
    public async Task Problem_AsResultOrException_LooksTheSame(string path, HttpStatusCode status, string code, string detail)
    {
        await using var service = await TestService.StartAsync(Map);

        using var response = await service.Client().GetAsync(path);

        var problem = await ReadAsync(response, status, code);
        Assert.Equal("urn:platform:problem:" + code.Replace('_', '-'), problem.GetProperty("type").GetString());
        Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Problem_RetryLater_RoundsRetryAfterUp()
    {
        await using var service = await TestService.StartAsync(Map);

        using var response = await service.Client().GetAsync("/deep");

        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task UnexpectedException_Always_IsABareProblem(string environment)
    {
        await using var service = await TestService.StartAsync(Map, environment: environment);

        using var response = await service.Client().GetAsync("/broken");

        await ReadAsync(response, HttpStatusCode.InternalServerError, "internal_error");
        Assert.DoesNotContain("hunter2", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/find?limit=many", "Send limit as a whole number")]
    [InlineData("GET", "/find?limit=1&since=yesterday", "Send since as a time")]
    [InlineData("GET", "/find?limit=1&only=maybe", "Send only as true or false")]
    [InlineData("GET", "/find?limit=1&wrapping=paper", "Send wrapping as one of none, giftPaper.")]
    [InlineData("GET", "/find", "Send limit in the query")]
    [InlineData("POST", "/orders", "Send a body")]
    public async Task RequestThatDoesNotBind_Always_SaysWhatToSendInTheCallersWords(string method, string path, string detail)
    {
        await using var service = await TestService.StartAsync(routes =>
        {
            Map(routes);
            routes.MapGet("/find", (int limit, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "since")] DateTimeOffset? from, bool? only, Wrapping? wrapping) => "").AllowAnonymous();
        });
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await service.Client().SendAsync(request);

        var told = (await ReadAsync(response, HttpStatusCode.BadRequest, "bad_request")).GetProperty("detail").GetString();
        Assert.StartsWith(detail, told, StringComparison.Ordinal);
        Assert.DoesNotContain("parameter", told, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("{\"name\":\"a\",\"count\":\"x\"}", "application/json", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("{\"name\":", "application/json", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("{}", "application/json; charset=bogus-8", HttpStatusCode.UnsupportedMediaType, "unsupported_charset")]
    [InlineData("{}", "application/json; charset=utf-7", HttpStatusCode.UnsupportedMediaType, "unsupported_charset")]
    [InlineData("name=a", "text/plain", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    [InlineData("", "application/json", HttpStatusCode.BadRequest, "bad_request")]
    public async Task BadBody_Always_SaysWhatToChange(string body, string contentType, HttpStatusCode status, string code)
    {
        await using var service = await TestService.StartAsync(Map, environment: "Production");
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await service.Client().PostAsync("/orders", content);

        var problem = await ReadAsync(response, status, code);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("""{"name":"a","count":"x"}""", "at $.count (line 1,")]
    [InlineData("""{"name":"a","lines":[{"price":1},{"price":"x"}]}""", "at $.lines[1].price (line 1,")]
    [InlineData("""{"name":"a","prices":{"ada@example.com":"x"}}""", "at $.prices (line 1,")]
    [InlineData("""{"name":"a","lines":[{"price":1,"ada":2}]}""", "at $.lines[0] (line 1,")]
    [InlineData("""{"name":"a","ada@example.com":2}""", "at $ (line 1,")]
    public async Task BadBody_MemberWhereNamesAreSecret_IsToldAsFarAsItIsOneOfOurs(string body, string told)
    {
        var detail = await DetailOfBasketAsync(
            body, builder => builder.Services.Configure<JsonProblemOptions>(static problems => problems.NamesUnknownMembers = false));

        Assert.Contains(told, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a","cuont":2}""", "at $.cuont (line 1,")]
    [InlineData("""{"name":"a","lines":[{"prise":2}]}""", "at $.lines[0].prise (line 1,")]
    public async Task BadBody_MemberThatThereIsNot_IsNamed(string body, string told) =>
        Assert.Contains(told, await DetailOfBasketAsync(body), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"name":"a","wrapping":"paper"}""", "): write one of none, giftPaper.")]
    [InlineData("""{"name":"a","count":"x"}""", "): write a whole number, not too large.")]
    [InlineData("""{"name":"a","until":"soon"}""", "): write a time, such as 2026-01-31T12:00:00Z.")]
    [InlineData("""{"name":"a","lines":1}""", "): write a list.")]
    [InlineData("""{"name":"a","prices":{"ada@example.com":"x"}}""", "): write a whole number, not too large.")]
    [InlineData("""{"name":"a","lines":[{"prise":2}]}""", "): its members are price.")]
    [InlineData("""[]""", "): write an object.")]
    public async Task BadBody_MemberThatDoesNotFit_IsToldWithWhatToWrite(string body, string told) =>
        Assert.EndsWith(told, await DetailOfBasketAsync(body), StringComparison.Ordinal);

    private static async Task<string> DetailOfBasketAsync(string body, Action<WebApplicationBuilder>? configure = null)
    {
        await using var service = await TestService.StartAsync(routes => routes.MapPost("/baskets", (Basket basket) => basket.Name).AllowAnonymous(), configure);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await service.Client().PostAsync("/baskets", content);

        return (await ReadAsync(response, HttpStatusCode.BadRequest, "invalid_json")).GetProperty("detail").GetString()!;
    }

    [Fact]
    public async Task Utf8Charset_Quoted_IsAccepted()
    {
        await using var service = await TestService.StartAsync(Map);
        using var content = new ByteArrayContent("{\"name\":\"a\",\"count\":7}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=\"UTF-8\"");

        using var response = await service.Client().PostAsync("/orders", content);

        Assert.Equal("7", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/result", HttpStatusCode.Conflict, "order_taken")]
    [InlineData("/deep", HttpStatusCode.ServiceUnavailable, "store_full")]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "not_found")]
    public async Task Problem_ForACallerThatWantsEvents_IsWrittenAllTheSame(string path, HttpStatusCode status, string code)
    {
        await using var service = await TestService.StartAsync(Map);
        var client = service.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");

        using var response = await client.GetAsync(path);

        await ReadAsync(response, status, code);
    }

    [Fact]
    public async Task Unauthorized_FromAnEndpoint_NamesAWayToAuthenticate()
    {
        await using var service = await TestService.StartAsync(Map);

        using var response = await service.Client().GetAsync("/refused");

        await ReadAsync(response, HttpStatusCode.Unauthorized, "wrong_password");
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Unauthorized_WhereTheTokenHasAHeaderOfItsOwn_NamesThat()
    {
        await using var service = await TestService.StartAsync(routes =>
            routes.MapGet("/forwarded", () => "").RequireAuthorization().WithMetadata(new TokenHeader("Our-Authorization")));

        using var response = await service.Client().GetAsync("/forwarded");

        var problem = await ReadAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Contains("Our-Authorization: Bearer", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/cut")]
    [InlineData("/chunks")]
    public async Task BodyNotFramedAsItSays_Always_IsABadRequestWithADetail(string path)
    {
        await using var service = await TestService.StartAsync(Map);

        using var response = await service.Client().PostAsync(path, null);

        var problem = await ReadAsync(response, HttpStatusCode.BadRequest, "bad_request");
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task UnknownRoute_SignedIn_IsAProblem()
    {
        await using var service = await TestService.StartAsync(Map);

        using var response = await service.Client(service.Issuer.UserToken("usr_1")).GetAsync("/nowhere");

        await ReadAsync(response, HttpStatusCode.NotFound, "not_found");
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        return problem;
    }
}
