using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Shared;

/// <summary>
/// Compiled into the tests of every service: what its description of the API says is enough to write a client from. Rules, so that a new route is under them
/// too.
/// </summary>
public abstract class OpenApiTests(AccessedService service)
{
    private const string Json = "application/json";
    private const string Problem = "application/problem+json";
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete"];

    [Fact]
    public async Task Operation_ThatWantsAToken_SaysHowItRefuses() => Assert.Empty(
        from operation in await OperationsAsync()
        where operation.Body.TryGetProperty("security", out var security) && security.EnumerateArray().All(way => way.EnumerateObject().Any())
        from status in (string[])["401", "403", "429", "503"]
        where !operation.Body.GetProperty("responses").TryGetProperty(status, out _)
            && (status != "429" || !operation.Name.Contains(" /v1/ratelimits", StringComparison.Ordinal)) // Whoever manages limits is under none.
        select $"{operation.Name} does not say that it answers {status}");

    [Fact]
    public async Task Refusal_IsAProblem_OrWhatOAuthWants() => Assert.Empty(
        from operation in await OperationsAsync()
        from response in operation.Body.GetProperty("responses").EnumerateObject()
        where response.Name[0] is '4' or '5'
        where !response.Value.TryGetProperty("content", out var content)
            || !content.EnumerateObject().Any(type => type.Name == Problem || (type.Name == Json && operation.Name.Contains(" /oauth/", StringComparison.Ordinal)))
        select $"{operation.Name} answers {response.Name} with what is no problem");

    [Fact]
    public async Task Operation_HasAName_AWordOnWhatItDoes_AndAnAnswerWhenItIsDone() => Assert.Empty(
        from operation in await OperationsAsync()
        where !operation.Body.TryGetProperty("summary", out _) || !operation.Body.TryGetProperty("operationId", out _)
            || !operation.Body.GetProperty("responses").EnumerateObject().Any(response => response.Name[0] == '2')
        select operation.Name);

    [Fact]
    public async Task RequestProperty_IsRequired_OnlyIfItHasToBeThere()
    {
        var document = await DocumentAsync();
        Assert.Empty(
            from schema in RequestSchemas(document)
            where schema.TryGetProperty("required", out _)
            from name in schema.GetProperty("required").EnumerateArray().Select(one => one.GetString()!)
            let property = schema.GetProperty("properties").GetProperty(name)
            where MayBeNull(property) || property.TryGetProperty("default", out _)
            select $"{name} is required though it may be left out: {schema}");
    }

    [Fact]
    public async Task Form_NamesItsFields() => Assert.Empty(
        from operation in await OperationsAsync()
        where operation.Body.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty(Form, out _)
        let schema = Resolve(operation.Document, operation.Body.GetProperty("requestBody").GetProperty("content").GetProperty(Form).GetProperty("schema"))
        where !schema.TryGetProperty("properties", out var fields) || !fields.EnumerateObject().Any() || !schema.TryGetProperty("required", out _)
        select $"{operation.Name}: {schema}");

    [Fact]
    public async Task Parameter_IsInCamelCase_AndALimitSaysHowMuch() => Assert.Empty(
        from operation in await OperationsAsync()
        where operation.Body.TryGetProperty("parameters", out _)
        from parameter in operation.Body.GetProperty("parameters").EnumerateArray()
        let name = parameter.GetProperty("name").GetString()!
        let schema = Resolve(operation.Document, parameter.GetProperty("schema"))
        where (parameter.GetProperty("in").GetString() != "header" && !char.IsAsciiLetterLower(name[0]))
            || (name == "limit" && !(TypesOf(schema) is ["integer"] && Has(schema, "minimum", "maximum", "default")))
        select $"{operation.Name}: {name} {schema}");

    [Fact]
    public async Task Parameter_ThatIsNoText_SaysWhatToSend()
    {
        var scene = await service.NewSceneAsync();
        using var client = service.Application.CreateClient();
        var failures = new List<string>();
        foreach (var operation in (await OperationsAsync()).Where(operation => operation.Name.StartsWith("GET ", StringComparison.Ordinal)))
        {
            foreach (var name in ParametersThatAreNoText(operation.Body, operation.Document))
            {
                var address = $"{operation.Name["GET ".Length..].Replace('{', 'x').Replace('}', 'x')}?{name}=nonsense";
                var (status, detail) = await AskAsync(client, address, scene.Tokens.Values);
                if (status != 400 || !detail.StartsWith($"Send {name} as ", StringComparison.Ordinal))
                {
                    failures.Add($"{address}: {status} {detail}");
                }
            }
        }

        Assert.Empty(failures);
    }

    private static IEnumerable<string> ParametersThatAreNoText(JsonElement operation, JsonElement document) =>
        !operation.TryGetProperty("parameters", out var parameters) ? [] :
            from parameter in parameters.EnumerateArray()
            let schema = Resolve(document, parameter.GetProperty("schema"))
            where parameter.GetProperty("in").GetString() == "query"
                && (!TypesOf(schema).Contains("string") || (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time"))
                && !TypesOf(schema).Contains("array")
            select parameter.GetProperty("name").GetString()!;

    /// <summary>As whoever may.</summary>
    private static async Task<(int Status, string Detail)> AskAsync(HttpClient client, string address, IEnumerable<string?> tokens)
    {
        var answer = (Status: 0, Detail: "");
        foreach (var token in tokens)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var isProblem = response.Content.Headers.ContentType?.MediaType == Problem;
            answer = ((int)response.StatusCode,
                isProblem ? (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail").GetString()! : "");
            if (answer.Status is not (401 or 403))
            {
                break;
            }
        }

        return answer;
    }

    [Fact]
    public async Task Value_HasOneType_AndAnEnumerationItsWords()
    {
        var document = await DocumentAsync();
        Assert.Empty(
            from schema in SchemasIn(document)
            let types = TypesOf(schema).Where(type => type != "null").ToArray()
            where types.Length > 1 || (schema.TryGetProperty("enum", out var words) && (types is not ["string"] || words.GetArrayLength() == 0))
            select schema.ToString());
    }

    [Fact]
    public async Task Page_SaysHowToGetTheNext()
    {
        var document = await DocumentAsync();
        Assert.Empty(
            from schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject()
            where schema.Name.StartsWith("PageOf", StringComparison.Ordinal)
            from name in (string[])["items", "nextCursor"]
            let text = schema.Value.GetProperty("properties").GetProperty(name).TryGetProperty("description", out var description) ? description.GetString()! : ""
            where text.Length == 0 || text.Contains('&', StringComparison.Ordinal)
            select $"{schema.Name}.{name}: {text}");
    }

    [Fact]
    public async Task WayToAuthenticate_IsDescribed()
    {
        var document = await DocumentAsync();
        var known = document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Empty(
            from operation in await OperationsAsync()
            where operation.Body.TryGetProperty("security", out _)
            from way in operation.Body.GetProperty("security").EnumerateArray()
            from scheme in way.EnumerateObject()
            where !known.TryGetProperty(scheme.Name, out _)
            select $"{operation.Name}: {scheme.Name}");
    }

    /// <summary>The description, to be looked at.</summary>
    private protected async Task<JsonElement> DocumentAsync()
    {
        using var client = service.Application.CreateClient();
        return await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);
    }

    private async Task<IEnumerable<(string Name, JsonElement Body, JsonElement Document)>> OperationsAsync()
    {
        var document = await DocumentAsync();
        return from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value, document);
    }

    private static List<JsonElement> RequestSchemas(JsonElement document)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var inline = new List<JsonElement>();
        foreach (var operation in document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()))
        {
            if (operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("requestBody", out var body))
            {
                Collect(body);
            }
        }

        return [.. found.Values.Concat(inline).Where(schema => Has(schema, "properties"))];

        void Collect(JsonElement part)
        {
            inline.AddRange(SchemasIn(part));
            foreach (var reference in References(part).Where(reference => !found.ContainsKey(reference)))
            {
                var target = document.GetProperty("components").GetProperty("schemas").GetProperty(reference);
                found[reference] = target;
                Collect(target);
            }
        }
    }

    /// <summary>Every object of a part of the document, of which schemas are those with members of schemas.</summary>
    private static IEnumerable<JsonElement> SchemasIn(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Object => part.EnumerateObject().SelectMany(member => SchemasIn(member.Value))
            .Concat(part.TryGetProperty("enum", out var words) && words.ValueKind == JsonValueKind.Array || IsType(part) ? [part] : []),
        JsonValueKind.Array => part.EnumerateArray().SelectMany(SchemasIn),
        _ => [],
    };

    /// <summary>And not a property that is called type.</summary>
    private static bool IsType(JsonElement part) => part.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String or JsonValueKind.Array;

    private static IEnumerable<string> References(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Object => part.EnumerateObject().SelectMany(member => member is { Name: "$ref", Value.ValueKind: JsonValueKind.String }
            ? [member.Value.GetString()!.Split('/')[^1]] : References(member.Value)),
        JsonValueKind.Array => part.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static JsonElement Resolve(JsonElement document, JsonElement schema) => References(schema).FirstOrDefault() is { } name && Has(schema, "$ref")
        ? document.GetProperty("components").GetProperty("schemas").GetProperty(name) : schema;

    private static bool MayBeNull(JsonElement schema) => TypesOf(schema).Contains("null")
        || (schema.TryGetProperty("oneOf", out var ways) && ways.EnumerateArray().Any(way => TypesOf(way) is ["null"]));

    private static string[] TypesOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];

    private static bool Has(JsonElement schema, params string[] members) => members.All(member => schema.TryGetProperty(member, out _));
}
