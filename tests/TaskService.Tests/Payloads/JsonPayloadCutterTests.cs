using System.Text;
using TaskService.Tasks;

namespace TaskService.Tests.Payloads;

public sealed class JsonPayloadCutterTests
{
    [Theory]
    [InlineData("""{"type":"t","payload":{"a":[1,{"b":"}\"{"}]},"queue":"q"}""", """{"type":"t","payload":{},"queue":"q"}""", """{"a":[1,{"b":"}\"{"}]}""")]
    [InlineData("""{ "payload" : {"payload":{"x":"\\"}} , "unique":{"payload":{"no":1}} }""", """{ "payload" : {} , "unique":{"payload":{"no":1}} }""", """{"payload":{"x":"\\"}}""")]
    [InlineData("""{"dependsOn":["payload",{"payload":{}}],"x":"payload","payload":{}}""", """{"dependsOn":["payload",{"payload":{}}],"x":"payload","payload":{}}""", "{}")]
    [InlineData("""{"payloads":{"a":1},"payloa":{},"payload":"text"}""", """{"payloads":{"a":1},"payloa":{},"payload":"text"}""", "")]
    [InlineData("""{"payload":{"a":1""", """{"payload":{}""", """{"a":1""")]
    public void Take_InPiecesOfAnyLength_CutsTheValueOfPayloadOut(string body, string rest, string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var length = 1; length <= bytes.Length; length++)
        {
            using var cut = new MemoryStream();
            var cutter = new JsonPayloadCutter(cut);
            foreach (var piece in bytes.Chunk(length))
            {
                cutter.Take(piece);
            }

            Assert.Equal((rest, payload), (Encoding.UTF8.GetString(cutter.Rest.Span), Encoding.UTF8.GetString(cut.ToArray())));
        }
    }
}
