using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Platform.Tasks.Items;

namespace TaskService.Tasks;

/// <summary>The bodies of submits as OpenAPI has them: they are read as they come, so the framework knows nothing of them.</summary>
internal static class SubmitDescription
{
    private static readonly (string Name, JsonSchemaType Type, string Text)[] Options =
    [
        ("type", JsonSchemaType.String, "With a file only: the type of the task, such as pseudonymize-records."),
        ("field", JsonSchemaType.Array, "With a file only: a property, column or dotted path whose values are replaced whole; may be repeated."),
        ("detect", JsonSchemaType.Boolean, "With a file only: whether personal data is found in all other text."),
    ];

    /// <summary>One task: as JSON, as a file of records with options in the query, or as a form.</summary>
    public static RouteHandlerBuilder DescribeSubmit(this RouteHandlerBuilder endpoint) => endpoint.AddOpenApiOperationTransformer(
        static (operation, _, _) =>
        {
            var file = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Records, one a line, up to Tasks:UploadLimit bytes." } };
            operation.RequestBody = Body(new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = Task() },
                ["application/x-ndjson"] = file,
                ["text/csv"] = file,
                ["multipart/form-data"] = new() { Schema = Form() },
            });
            operation.Parameters ??= [];
            foreach (var (name, type, text) in Options)
            {
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = text, Schema = Option(type) });
            }

            return System.Threading.Tasks.Task.CompletedTask;
        });

    /// <summary>Many tasks, as JSON.</summary>
    public static RouteHandlerBuilder DescribeBatch(this RouteHandlerBuilder endpoint) => endpoint.AddOpenApiOperationTransformer(
        static (operation, _, _) =>
        {
            operation.RequestBody = Body(new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = Closed("tasks", new Dictionary<string, IOpenApiSchema>
                    {
                        ["tasks"] = new OpenApiSchema { Type = JsonSchemaType.Array, MinItems = 1, MaxItems = TaskBatch.MostTasks, Items = Task() },
                    }),
                },
            });
            return System.Threading.Tasks.Task.CompletedTask;
        });

    private static OpenApiRequestBody Body(IDictionary<string, OpenApiMediaType> content) => new() { Required = true, Content = content };

    private static OpenApiSchema Task()
    {
        var unique = Closed(required: null, new Dictionary<string, IOpenApiSchema>
        {
            ["while"] = Word("While another that is the same stands there, this one is not taken.", "both", "queued", "running", "both"),
            ["key"] = Text("What makes it the same; by default all that was sent.", JsonTaskOptions.LongestKey),
            ["runAgain"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false, Description = "Whether it is run once more after one that runs." },
        });
        unique.Description = "That it is not taken beside another that is the same.";
        var task = Closed("type", new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("The type of the task, such as http-request."),
            ["payload"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "What the type takes, up to Tasks:PayloadLimit bytes; in a batch 256 KiB." },
            ["queue"] = Text("Where it waits; by default the first of Tasks:Queues."),
            ["priority"] = Word("Before which others of its queue it is run.", "normal", "high", "normal", "low"),
            ["delay"] = Text("How long it waits, such as 00:05:00, or 2.00:00:00 for two days; not together with runAt."),
            ["runAt"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "Until when it waits; not together with delay." },
            ["unique"] = unique,
            ["concurrencyKey"] = Text("Of one's tasks with the same key so many run at once as their type says.", JsonTaskOptions.LongestKey),
            ["dependsOn"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array, MaxItems = NewTask.MostDependencies, Items = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = "Ids of one's tasks and batches that have to end first.",
            },
            ["after"] = Word("How those have to end.", "succeeded", "succeeded", "ended"),
        });
        task.Required!.Add("payload");
        return task;
    }

    private static OpenApiSchema Form()
    {
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(["file", "type"], StringComparer.Ordinal),
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The records, as .ndjson, .jsonl or .csv." },
            },
        };
        foreach (var (name, type, text) in Options)
        {
            var option = Option(type);
            option.Description = text;
            form.Properties[name] = option;
        }

        return form;
    }

    private static OpenApiSchema Option(JsonSchemaType type) =>
        new() { Type = type, Items = type == JsonSchemaType.Array ? new OpenApiSchema { Type = JsonSchemaType.String } : null };

    private static OpenApiSchema Closed(string? required, Dictionary<string, IOpenApiSchema> properties) => new()
    {
        Type = JsonSchemaType.Object, Properties = properties, AdditionalPropertiesAllowed = false,
        Required = required is null ? null : new HashSet<string>([required], StringComparer.Ordinal),
    };

    private static OpenApiSchema Text(string description, int? longest = null) =>
        new() { Type = JsonSchemaType.String, Description = description, MaxLength = longest };

    private static OpenApiSchema Word(string description, string usual, params string[] words) =>
        new() { Type = JsonSchemaType.String, Description = description, Default = usual, Enum = [.. words.Select(word => (JsonNode)word)] };
}
