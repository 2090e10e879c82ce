using System.Diagnostics;
using System.Text.Json;

namespace Platform.Benchmarks.Masking;

/// <summary>npm's redact-pii in a Node process of its own, which stays over all rounds and is driven by lines of JSON.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly string _file = Path.GetTempFileName();
    private Text? _text;

    public Peer(string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException($"The peer is not installed: run npm ci in {folder}, or leave it out with --no-peers.");
        }

        _process = Process.Start(new ProcessStartInfo("node", "redact-pii.mjs")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder,
        })!;
    }

    /// <returns>Characters per second.</returns>
    public double Run(Text text, TimeSpan time)
    {
        var order = new Dictionary<string, object> { ["milliseconds"] = (int)time.TotalMilliseconds };
        if (_text != text)
        {
            _text = text;
            File.WriteAllLines(_file, text.Pieces.Select(piece => JsonSerializer.Serialize(piece)));
            order["file"] = _file;
        }

        _process.StandardInput.WriteLine(JsonSerializer.Serialize(order));
        var answer = JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The peer has ended.")).RootElement;
        return answer.GetProperty("characters").GetDouble() / answer.GetProperty("seconds").GetDouble();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_file);
    }
}
