using System.Runtime.InteropServices;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Launching;

/// <summary>The dotnet program that runs this AppHost, to run its projects by the same.</summary>
internal static class DotNetHost
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.ProcessPath is { } own && System.IO.Path.GetFileName(own) == name)
        {
            return own;
        }

        // …/dotnet/shared/Microsoft.NETCore.App/10.0.1/
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var beside = System.IO.Path.Combine(root, name);
        return File.Exists(beside) ? beside : ProgramPath.Find("dotnet") ?? name;
    }
}
