using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>The line of a program's output that most likely says why it ended.</summary>
internal sealed class LastWords
{
    private const int MaxLength = 300;
    private const string WrongSetting = "Unhandled exception. Microsoft.Extensions.Options.OptionsValidationException: ";

    private string? _exception;
    private string? _error;
    private string? _any;

    /// <summary>What a program said that ended because of how it is configured; null where it ended for another reason.</summary>
    public string? WrongSettings => _exception?.StartsWith(WrongSetting, StringComparison.Ordinal) == true ? _exception[WrongSetting.Length..] : null;

    public void Hear(OutputLine line)
    {
        var text = line.Text.Trim();
        if (text.Length == 0 || text.StartsWith("at ", StringComparison.Ordinal))
        {
            return;
        }

        if (text.StartsWith("Unhandled exception", StringComparison.Ordinal))
        {
            _exception = text;
        }
        else if (line.IsError)
        {
            _error = text;
        }
        else
        {
            _any = text;
        }
    }

    public override string ToString()
    {
        var words = _exception ?? _error ?? _any ?? "";
        return words.Length <= MaxLength ? words : words[..MaxLength] + "…";
    }
}
