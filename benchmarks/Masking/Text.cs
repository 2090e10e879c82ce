using System.Text;

namespace Platform.Benchmarks.Masking;

/// <summary>A text of a kind, in pieces as a caller would hand them over.</summary>
internal sealed record Text(string Name, string[] Pieces)
{
    private const int PieceLength = 8 * 1024;

    private static readonly string[] Words =
        ("the a of and to in is that for on with as by at from this it be are was which or an has have not can will one all their there more other when out "
        + "time system service request customer order payment account message report team process change result number value server client page week")
        .Split(' ');

    private static readonly string[] Paths = ["/api/orders", "/health", "/v1/tasks/list", "/static/app.js", "/checkout", "/v2/users/me/settings"];
    private static readonly string[] Names = ["ada.lovelace", "grace", "alan_turing", "k.johnson", "dorothy.v"];
    private static readonly string[] Hosts = ["example.com", "mail.example.org", "example.co.uk"];

    public int Characters { get; } = Pieces.Sum(piece => piece.Length);

    /// <summary>Lines of services and of a proxy; personal data in about one of four.</summary>
    public static Text Logs(int length) => Generate("logs", length, (random, text) =>
    {
        var time = DateTime.UnixEpoch.AddSeconds(random.Next(1_700_000_000, 1_760_000_000)).AddMilliseconds(random.Next(1000));
        _ = random.Next(8) switch
        {
            0 => text.Append($"{Address(random)} - - [{time:dd'/'MMM'/'yyyy':'HH':'mm':'ss} +0000] \"GET {Pick(random, Paths)}?id={random.Next(100000)} HTTP/1.1\" 200 {random.Next(100000)} \"-\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\"\n"),
            1 => text.Append($"{time:o} INFO  [worker-{random.Next(16)}] c.e.orders.OrderService - order {random.Next(1000000)} of {Mail(random)} paid in {random.Next(900)} ms\n"),
            2 => text.Append($"{time:o} DEBUG [http-nio-8080-exec-{random.Next(64)}] o.s.web.servlet.DispatcherServlet - Completed 200 OK, traceId={Guid(random)}\n"),
            3 => text.Append($"time={time:O} level=info msg=\"cache refreshed\" entries={random.Next(10000)} took={random.Next(99)}.{random.Next(99)}ms version=v{random.Next(9)}.{random.Next(30)}.{random.Next(9)} commit=a{random.NextInt64():x16}\n"),
            4 => text.Append($"{time:MMM dd HH:mm:ss} node{random.Next(20)} kernel: [{random.Next(99999)}.{random.Next(999999):000000}] eth0: link up, 1000 Mbps, full duplex\n"),
            5 => text.Append($"{time:o} WARN  retry {random.Next(5)} of job {Guid(random)} in queue mail-out: timeout after 30s at Worker.cs:line {random.Next(400)}\n"),
            6 => text.Append($"{time:o} INFO  {Sentence(random, 14)} (size {random.Next(4096)} kB, {random.Next(100)}%)\n"),
            _ => text.Append($"{time:o} ERROR {Sentence(random, 6)}: java.lang.IllegalStateException at com.example.app.Module{random.Next(50)}.run(Module.java:{random.Next(900)})\n"),
        };
    });

    /// <summary>Records of events and of customers.</summary>
    public static Text Json(int length) => Generate("JSON", length, (random, text) => _ = random.Next(4) == 0
        ? text.Append($"{{\"id\":\"{Guid(random)}\",\"email\":\"{Mail(random)}\",\"active\":true,\"score\":{random.Next(100)}.{random.Next(100)},\"created\":\"2024-0{random.Next(1, 9)}-1{random.Next(9)}T10:00:00Z\",\"tags\":[\"a\",\"b{random.Next(9)}\"]}}\n")
        : text.Append($"{{\"type\":\"page_view\",\"ts\":{1_700_000_000_000 + random.Next()},\"url\":\"https://www.example.com{Pick(random, Paths)}\",\"duration\":{random.Next(5000)},\"user_agent\":\"Mozilla/5.0\",\"props\":{{\"x\":{random.Next(1000)},\"label\":\"{Sentence(random, 4)}\"}}}}\n"));

    /// <summary>Mails and notes.</summary>
    public static Text Prose(int length) => Generate("prose", length, (random, text) => _ = random.Next(30) == 0
        ? text.Append($"Write to {Mail(random)} or call +44 20 7946 0{random.Next(100, 1000)}, please. ")
        : text.Append($"{Sentence(random, 8)}, {Sentence(random, 9)}. "));

    private static Text Generate(string name, int length, Action<Random, StringBuilder> append)
    {
        var random = new Random(42);
        var pieces = new List<string>();
        for (var characters = 0; characters < length; characters += pieces[^1].Length)
        {
            var text = new StringBuilder();
            while (text.Length < PieceLength)
            {
                append(random, text);
            }

            pieces.Add(text.ToString());
        }

        return new Text(name, [.. pieces]);
    }

    private static string Sentence(Random random, int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Pick(random, Words)));

    private static string Mail(Random random) => $"{Pick(random, Names)}{random.Next(100)}@{Pick(random, Hosts)}";

    private static string Address(Random random) => $"{random.Next(11, 250)}.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}";

    private static Guid Guid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static string Pick(Random random, string[] items) => items[random.Next(items.Length)];
}
