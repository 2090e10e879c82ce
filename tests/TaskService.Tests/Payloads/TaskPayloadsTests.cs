using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;
using Platform.Tasks;
using Platform.Tasks.Handlers;
using Platform.Tasks.Payloads;

namespace TaskService.Tests.Payloads;

public sealed class TaskPayloadsTests
{
    private const string Id = "tsk_1";

    private readonly TaskPayloads _payloads = With("a secret of the tasks, long enough");

    [Fact]
    public void Encode_WhateverIsSensitive_IsSealedAndReadBack()
    {
        var letter = Letters.New(7);

        var stored = _payloads.Encode(Id, Letters.Type, letter);
        var json = JsonNode.Parse(stored)!;
        var read = _payloads.Decode<SealedLetter>(Id, Letters.Type, stored);

        Assert.DoesNotContain(Letters.Secret, Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
        Assert.All(["text", "lines", "headers", "note"], name => Assert.StartsWith("sealed:", (string)json[name]!, StringComparison.Ordinal));
        Assert.Equal((7, "usr_1"), ((int)json["number"]!, (string)json["to"]![0]!["id"]!));
        Assert.Equal((letter.Text, letter.Number, letter.Note, letter.To[0]), (read.Text, read.Number, read.Note, read.To[0]));
        Assert.Equal((letter.Lines[0], letter.Headers["x-header"]), (Assert.Single(read.Lines), read.Headers["x-header"]));
        Assert.NotEqual(stored, _payloads.Encode(Id, Letters.Type, letter));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("moved to another property")]
    [InlineData("in the clear")]
    [InlineData("of another type of task")]
    [InlineData("of another task of the type")]
    [InlineData("a null that was none")]
    public void Decode_WhatWasSealedHasBeenTamperedWith_IsRefused(string how)
    {
        var json = JsonNode.Parse(_payloads.Encode(Id, Letters.Type, Letters.New()))!;
        var text = (string)json["text"]!;
        switch (how)
        {
            case "changed":
                json["text"] = text[..^5] + (text[^5] == 'A' ? 'B' : 'A') + text[^4..];
                break;
            case "moved to another property":
                json["note"] = text;
                break;
            case "in the clear":
                json["text"] = "anything";
                break;
            case "a null that was none":
                json["text"] = null;
                break;
        }

        Assert.Throws<UndecodablePayloadException>(() => _payloads.Decode<SealedLetter>(
            how == "of another task of the type" ? "tsk_2" : Id, how == "of another type of task" ? "postcard" : Letters.Type, Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    [Fact]
    public void Decode_SealedBeforeTheTaskWasKnown_OpensInAnyOfItsType()
    {
        var letter = Letters.New(7);
        var stored = Encoding.UTF8.GetBytes(_payloads.Seal(Letters.Type, letter, default).GetRawText());

        Assert.Equal(letter.Text, _payloads.Decode<SealedLetter>("tsk_1", Letters.Type, stored).Text);
        Assert.Equal(letter.Text, _payloads.Decode<SealedLetter>("tsk_2", Letters.Type, stored).Text);
        Assert.Throws<UndecodablePayloadException>(() => _payloads.Decode<SealedLetter>("tsk_1", "postcard", stored));
    }

    [Fact]
    public void Decode_SealedWithAnotherKey_SaysSo()
    {
        var stored = With("another secret, also long enough").Encode(Id, Letters.Type, Letters.New());

        var refused = Assert.Throws<UndecodablePayloadException>(() => _payloads.Decode<SealedLetter>(Id, Letters.Type, stored));

        Assert.Contains("Tasks:SealingKey", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void View_OfWhatIsSealed_HidesIt()
    {
        var view = PayloadView.Of(_payloads.Encode(Id, Letters.Type, Letters.New(7)))!.Value;

        Assert.Equal(
            """{"text":"(hidden)","number":7,"lines":"(hidden)","headers":"(hidden)","note":"(hidden)","to":[{"id":"usr_1","name":"(hidden)"}]}""",
            string.Concat("{", string.Join(",", new[] { "text", "number", "lines", "headers", "note", "to" }.Select(name => $"\"{name}\":{view.GetProperty(name).GetRawText()}")), "}"));
    }

    [Fact]
    public void Sensitive_IsLookedForInAllParts()
    {
        Assert.True(SensitiveProperties.AreIn(typeof(SealedLetter)));
        Assert.True(SensitiveProperties.AreIn(typeof(IReadOnlyDictionary<string, List<SealedLetter.Receiver>>)));
        Assert.False(SensitiveProperties.MayBeIn(typeof(Functional.TestPayload)));
        Assert.Equal((false, true), (SensitiveProperties.AreIn(typeof(Dictionary<string, object>)), SensitiveProperties.MayBeIn(typeof(Dictionary<string, object>))));
    }

    private static TaskPayloads With(string key) =>
        new(new TaskSecrets(Options.Create(new TasksOptions()), Options.Create(new SealingOptions { Key = key })), store: null!);
}
