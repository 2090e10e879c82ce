using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AppHost.Tests.HttpFiles;

/// <summary>Runs a <c>.http</c> file from top to bottom. What somebody at an editor would look up and fill in is asked for.</summary>
internal sealed partial class HttpFileRunner(HttpClient client, Func<string, string> locate, Func<string, HttpFileRunner, Task<string>> lookUp)
{
    /// <summary>How the value of a variable begins that has to be filled in.</summary>
    private const string ToFillIn = "copy-it-from";

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (JsonElement Body, HttpResponseMessage Response)> _answers = new(StringComparer.Ordinal);

    /// <summary>The requests so far: method and path.</summary>
    public List<(string Method, string Path)> Sent { get; } = [];

    /// <summary>A member of an answer's body, such as <c>register.response.body.$.email</c>.</summary>
    public string Value(string expression) => Evaluate(expression);

    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        foreach (var part in HttpFile.Read(path))
        {
            switch (part)
            {
                case HttpFileVariable variable:
                    _variables[variable.Name] = variable.Value.StartsWith(ToFillIn, StringComparison.Ordinal)
                        ? await lookUp(variable.Name, this) : locate(Fill(variable.Value));
                    break;
                case HttpFileRequest request:
                    await SendAsync(request, cancellationToken);
                    break;
            }
        }
    }

    private async Task SendAsync(HttpFileRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), Fill(request.Url));
        var type = request.Headers.FirstOrDefault(header => header.Key == "Content-Type").Value;
        if (type is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Fill(request.Text)));
            Assert.True(message.Content.Headers.TryAddWithoutValidation("Content-Type", type));
        }

        foreach (var (name, value) in request.Headers.Where(header => header.Key != "Content-Type"))
        {
            Assert.True(message.Headers.TryAddWithoutValidation(name, Fill(value)), $"Line {request.Line}: {name}");
        }

        Sent.Add((request.Method, message.RequestUri!.AbsolutePath));
        var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var body = request.StaysOpen ? "" : await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(
            request.Statuses.Count > 0 ? request.Statuses.Contains((int)response.StatusCode) : response.IsSuccessStatusCode,
            $"Line {request.Line}, {request.Method} {message.RequestUri}, answered {(int)response.StatusCode} instead of {(request.Statuses.Count > 0 ? string.Join(" or ", request.Statuses) : "success")}: {body}");
        if (request.Name is { } key)
        {
            _answers[key] = (body.StartsWith('{') ? JsonDocument.Parse(body).RootElement.Clone() : default, response);
        }
        else
        {
            response.Dispose();
        }
    }

    private string Fill(string text) => Hole().Replace(text, match => Evaluate(match.Groups[1].Value));

    private string Evaluate(string expression) => expression switch
    {
        "$guid" => Guid.NewGuid().ToString(),
        "$timestamp" => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ when expression.Split('.') is [var name, "response", var where, .. var rest] => where == "headers"
            ? _answers[name].Response.Headers.GetValues(rest[0]).Single()
            : rest.Skip(1).Aggregate(_answers[name].Body, Member).ToString(),
        _ => _variables[expression],
    };

    private static JsonElement Member(JsonElement parent, string step)
    {
        var (name, index) = step.Split('[', ']') is [var list, var number, _] ? (list, int.Parse(number, CultureInfo.InvariantCulture)) : (step, (int?)null);
        return index is { } at ? parent.GetProperty(name)[at] : parent.GetProperty(name);
    }

    [GeneratedRegex(@"\{\{([^{}]+)\}\}")]
    private static partial Regex Hole();
}
