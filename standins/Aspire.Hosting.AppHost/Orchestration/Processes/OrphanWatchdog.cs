using System.Diagnostics;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// Ends the children when the AppHost is killed and cannot do it itself. One small shell per AppHost, in a session of its own, holds
/// the read end of a pipe: when the AppHost dies in whatever way, the pipe closes, and the shell ends every group it was told of.
/// (A parent-death signal would reach only the child itself, not what the child has started.)
/// </summary>
internal sealed class OrphanWatchdog
{
    // Terminated first, killed after three seconds. Names are numbers only, so nothing in the script needs quoting.
    private const string Script = """
        trap '' INT HUP TERM
        groups=' '
        while read -r change id; do
          case $change in
            +) groups="$groups$id " ;;
            -) case $groups in *" $id "*) groups="${groups%% $id *} ${groups#* $id }" ;; esac ;;
          esac
        done
        for id in $groups; do kill -s TERM -- "-$id"; done
        for turn in 1 2 3 4 5 6; do
          alive=
          for id in $groups; do kill -s 0 -- "-$id" && alive=1; done
          [ -n "$alive" ] || exit 0
          sleep 0.5
        done
        for id in $groups; do kill -s KILL -- "-$id"; done
        """;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _groups = [];
    private Process? _shell;

    /// <summary>All applications in this process share one: they die together.</summary>
    public static OrphanWatchdog Shared { get; } = new();

    /// <summary>Before a child is started, so that from its start to its entry here is the least time.</summary>
    public void Prepare()
    {
        if (!ProcessGroup.IsSupported)
        {
            return;
        }

        lock (_gate)
        {
            if (_shell is not { HasExited: false })
            {
                Restart();
            }
        }
    }

    public void Watch(int group)
    {
        if (!ProcessGroup.IsSupported)
        {
            return;
        }

        lock (_gate)
        {
            _groups.Add(group);
            Tell($"+ {group}");
        }
    }

    public void Forget(int group)
    {
        lock (_gate)
        {
            if (_groups.Remove(group))
            {
                Tell($"- {group}");
            }
        }
    }

    private void Tell(string change)
    {
        try
        {
            if (_shell is { HasExited: false })
            {
                _shell.StandardInput.WriteLine(change);
                return;
            }
        }
        catch (IOException)
        {
            // The shell was ended by somebody: a new one is told everything.
        }

        Restart();
    }

    private void Restart()
    {
        _shell?.Dispose();
        var (fileName, arguments) = ProcessGroup.Wrap("/bin/sh", ["-c", Script]);
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        _shell = Process.Start(start)!;
        _shell.StandardInput.AutoFlush = true;
        foreach (var group in _groups)
        {
            _shell.StandardInput.WriteLine($"+ {group}");
        }
    }
}
