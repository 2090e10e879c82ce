using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace StandIns.Hosting.Tests.Model;

public class ContainerTests
{
    [Theory]
    [InlineData("nginx", "nginx:latest")]
    [InlineData("nginx:1.27", "nginx:1.27")]
    [InlineData("registry.example:5000/team/app", "registry.example:5000/team/app:latest")]
    [InlineData("registry.example:5000/team/app:2", "registry.example:5000/team/app:2")]
    [InlineData("app@sha256:abc", "app@sha256:abc")]
    public void AddContainer_AnyFormOfImage_IsUnderstood(string image, string expected)
    {
        var web = DistributedApplication.CreateBuilder([]).AddContainer("web", image);

        Assert.True(web.Resource.TryGetContainerImageName(out var actual));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Image_ChangedPartByPart_IsPutTogether()
    {
        var web = DistributedApplication.CreateBuilder([]).AddContainer("web", "team/app", "1").WithImageRegistry("registry.example");
        Assert.Equal("registry.example/team/app:1", Name(web));

        Assert.Equal("registry.example/team/app:2", Name(web.WithImageTag("2")));
        Assert.Equal("registry.example/team/app@sha256:abc", Name(web.WithImageSHA256("abc")));
        Assert.Equal("registry.example/other:3", Name(web.WithImage("other", "3")));

        static string? Name(IResourceBuilder<ContainerResource> container) => container.Resource.TryGetContainerImageName(out var name) ? name : null;
    }

    [Fact]
    public void Image_TwoTags_AreRefused()
    {
        var builder = DistributedApplication.CreateBuilder([]);

        Assert.Throws<InvalidOperationException>(() => builder.AddContainer("one", "nginx:1.27", "1.28"));
        Assert.Throws<InvalidOperationException>(() => builder.AddContainer("two", "nginx@sha256:abc", "1.28"));
    }

    [Fact]
    public void ImageTag_WithoutImage_SaysWhatToCall()
    {
        var builder = DistributedApplication.CreateBuilder([]);

        var exception = Assert.Throws<DistributedApplicationException>(() => builder.AddResource(new ContainerResource("web")).WithImageTag("1"));

        Assert.Contains("WithImage", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mounts_AreVolumesAndAbsolutePaths()
    {
        var builder = DistributedApplication.CreateBuilder([]);

        var web = builder.AddContainer("web", "nginx").WithVolume("data", "/data").WithVolume("/anonymous").WithBindMount("config/app.conf", "/etc/app.conf", isReadOnly: true);

        Assert.Equal(
            [
                ("data", "/data", ContainerMountType.Volume, false),
                (null, "/anonymous", ContainerMountType.Volume, false),
                (Path.Combine(builder.AppHostDirectory, "config", "app.conf"), "/etc/app.conf", ContainerMountType.BindMount, true),
            ],
            web.Resource.Annotations.OfType<ContainerMountAnnotation>().Select(mount => (mount.Source, mount.Target, mount.Type, mount.IsReadOnly)));
        Assert.Throws<ArgumentException>(() => web.WithVolume(name: null, "/x", isReadOnly: true));
    }

    [Fact]
    public async Task Options_LastOneWinsAndRuntimeArgumentsAddUp()
    {
        var web = DistributedApplication.CreateBuilder([]).AddContainer("web", "nginx")
            .WithContainerName("first").WithContainerName("second")
            .WithLifetime(ContainerLifetime.Session).WithLifetime(ContainerLifetime.Persistent)
            .WithImagePullPolicy(ImagePullPolicy.Always)
            .WithEntrypoint("/bin/app")
            .WithContainerRuntimeArgs("--cpus", "1").WithContainerRuntimeArgs("--tty");

        Assert.Equal("second", Assert.Single(web.Resource.Annotations.OfType<ContainerNameAnnotation>()).Name);
        Assert.Equal(ContainerLifetime.Persistent, Assert.Single(web.Resource.Annotations.OfType<ContainerLifetimeAnnotation>()).Lifetime);
        Assert.Equal(ImagePullPolicy.Always, Assert.Single(web.Resource.Annotations.OfType<ContainerImagePullPolicyAnnotation>()).ImagePullPolicy);
        Assert.Equal("/bin/app", web.Resource.Entrypoint);
        var arguments = new List<object>();
        foreach (var annotation in web.Resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
        {
            await annotation.Callback(new ContainerRuntimeArgsCallbackContext(arguments, TestContext.Current.CancellationToken));
        }

        Assert.Equal(["--cpus", "1", "--tty"], arguments);
    }
}
