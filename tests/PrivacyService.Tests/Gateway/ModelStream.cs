using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrivacyService.Tests.Gateway;

/// <summary>How a provider streams a text and the arguments of a tool, and how a client of it puts both together again.</summary>
internal abstract class ModelStream
{
    public static readonly ModelStream Anthropic = new Messages();
    public static readonly ModelStream Chat = new ChatCompletions();
    public static readonly ModelStream Responses = new ResponseEvents();

    private static readonly JsonSerializerOptions AsProvidersWrite = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => ["Anthropic", "Chat", "Responses"];

    public static ModelStream Of(string name) => name switch { "Anthropic" => Anthropic, "Chat" => Chat, _ => Responses };

    /// <summary>The stream of a text, and of the arguments of a call after it, in pieces.</summary>
    public abstract string Write(IEnumerable<string> text, IEnumerable<string> arguments);

    /// <summary>What a client makes of an event.</summary>
    protected abstract void Read(JsonNode data, StringBuilder text, StringBuilder arguments);

    /// <summary>Text and arguments as a client has them at the end. Throws where an event is no JSON.</summary>
    public (string Text, string Arguments) Read(string stream)
    {
        var (text, arguments) = (new StringBuilder(), new StringBuilder());
        foreach (var line in stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal) && line != "data: [DONE]"))
        {
            Read(JsonNode.Parse(line["data: ".Length..])!, text, arguments);
        }

        return (text.ToString(), arguments.ToString());
    }

    protected static string Json(object value) => JsonSerializer.Serialize(value, AsProvidersWrite);

    private sealed class Messages : ModelStream
    {
        public override string Write(IEnumerable<string> text, IEnumerable<string> arguments)
        {
            var stream = new StringBuilder(": comment\n\n");
            Event("message_start", new { type = "message_start", message = new { id = "msg_1", role = "assistant", content = Array.Empty<object>() } });
            Event("content_block_start", new { type = "content_block_start", index = 0, content_block = new { type = "text", text = "" } });
            Event("ping", new { type = "ping" });
            foreach (var piece in text)
            {
                Event("content_block_delta", new { type = "content_block_delta", index = 0, delta = new { type = "text_delta", text = piece } });
                Event("ping", new { type = "ping" });
            }

            Event("content_block_stop", new { type = "content_block_stop", index = 0 });
            Event("content_block_start", new { type = "content_block_start", index = 1, content_block = new { type = "tool_use", name = "psp", input = new { } } });
            foreach (var piece in arguments)
            {
                Event("content_block_delta", new { type = "content_block_delta", index = 1, delta = new { type = "input_json_delta", partial_json = piece } });
            }

            Event("content_block_stop", new { type = "content_block_stop", index = 1 });
            Event("message_delta", new { type = "message_delta", delta = new { stop_reason = "stop_sequence_aws" }, usage = new { output_tokens = 15 } });
            Event("message_stop", new { type = "message_stop" });
            return stream.ToString();

            void Event(string name, object data) => stream.Append("event: ").Append(name).Append('\n').Append("data: ").Append(Json(data)).Append("\n\n");
        }

        protected override void Read(JsonNode data, StringBuilder text, StringBuilder arguments)
        {
            var type = (string)data["type"]!;
            if (type == "message_delta")
            {
                Assert.Equal("stop_sequence_aws", (string?)data["delta"]!["stop_reason"]);
            }

            if (type == "content_block_delta")
            {
                text.Append((string?)data["delta"]!["text"]);
                arguments.Append((string?)data["delta"]!["partial_json"]);
            }

            if (type == "content_block_stop" && (int)data["index"]! == 0)
            {
                // A client hands a block on when it stops: what comes later is lost.
                text.Append('\u0003');
            }
        }
    }

    /// <summary>Two choices at once, the second saying the same as the first.</summary>
    private sealed class ChatCompletions : ModelStream
    {
        public override string Write(IEnumerable<string> text, IEnumerable<string> arguments)
        {
            var stream = new StringBuilder();
            Event(new { role = "assistant", content = "" });
            foreach (var piece in text)
            {
                Event(new { content = piece });
            }

            foreach (var piece in arguments)
            {
                Event(new { tool_calls = new[] { new { index = 0, function = new { arguments = piece } } } });
            }

            foreach (var choice in (int[])[0, 1])
            {
                stream.Append("data: ").Append(Json(new { id = "c", choices = new[] { new { index = choice, delta = new { }, finish_reason = "stop" } } })).Append("\n\n");
            }

            stream.Append("data: ").Append(Json(new { id = "c", choices = Array.Empty<object>(), usage = new { total_tokens = 3 } })).Append("\n\n");
            return stream.Append("data: [DONE]\n\n").ToString();

            void Event(object delta)
            {
                foreach (var choice in (int[])[0, 1])
                {
                    stream.Append("data: ").Append(Json(new { id = "c", choices = new[] { new { index = choice, delta, finish_reason = (string?)null } } })).Append("\r\n\r\n");
                }
            }
        }

        protected override void Read(JsonNode data, StringBuilder text, StringBuilder arguments)
        {
            foreach (var choice in data["choices"]!.AsArray().Where(choice => (int)choice!["index"]! == 0))
            {
                text.Append((string?)choice!["delta"]!["content"]);
                arguments.Append((string?)choice["delta"]!["tool_calls"]?[0]!["function"]!["arguments"]);
                text.Append((string?)choice["finish_reason"] is null ? "" : "\u0003");
            }
        }
    }

    private sealed class ResponseEvents : ModelStream
    {
        public override string Write(IEnumerable<string> text, IEnumerable<string> arguments)
        {
            var stream = new StringBuilder();
            Event("response.output_item.added", new { type = "response.output_item.added", output_index = 0, item = new { id = "msg_1", content = Array.Empty<object>() } });
            foreach (var piece in text)
            {
                Event("response.output_text.delta", new { type = "response.output_text.delta", item_id = "msg_1", output_index = 0, content_index = 0, delta = piece });
            }

            Event("response.output_text.done", new { type = "response.output_text.done", item_id = "msg_1", output_index = 0, content_index = 0, text = string.Concat(text) });
            foreach (var piece in arguments)
            {
                Event("response.function_call_arguments.delta", new { type = "response.function_call_arguments.delta", item_id = "fc_1", output_index = 1, delta = piece });
            }

            Event("response.function_call_arguments.done", new { type = "response.function_call_arguments.done", item_id = "fc_1", output_index = 1, arguments = string.Concat(arguments) });
            Event("response.completed", new { type = "response.completed", response = new { status = "completed" } });
            return stream.ToString();

            void Event(string name, object data) => stream.Append("event: ").Append(name).Append("\rdata: ").Append(Json(data)).Append("\r\r");
        }

        protected override void Read(JsonNode data, StringBuilder text, StringBuilder arguments)
        {
            switch ((string?)data["type"])
            {
                case "response.output_text.delta":
                    text.Append((string?)data["delta"]);
                    break;
                case "response.output_text.done":
                    Assert.Equal((string?)data["text"], text.ToString());
                    text.Append('\u0003');
                    break;
                case "response.function_call_arguments.delta":
                    arguments.Append((string?)data["delta"]);
                    break;
                case "response.function_call_arguments.done":
                    Assert.Equal((string?)data["arguments"], arguments.ToString());
                    break;
                default:
                    break;
            }
        }
    }
}
