using System.Text.Json;
using System.Text.Json.Nodes;

namespace PrivacyService.Tests.Aws;

/// <summary>A state file of Terraform in which resources refer to each other by id, by name and by ARN, also in policies inside strings.</summary>
internal sealed class TerraformState(int seed)
{
    private const string Hex = "0123456789abcdef";
    private const string Region = "eu-west-1";

    private readonly AwsTexts _texts = new(seed);
    private readonly JsonArray _resources = [];
    private int _number;

    public static string Write(int seed, int stacks)
    {
        var state = new TerraformState(seed);
        var account = state._texts.Account;
        for (var i = 0; i < stacks; i++)
        {
            state.AddStack(account);
        }

        return new JsonObject { ["version"] = 4, ["terraform_version"] = "1.9.8", ["serial"] = 123456789012, ["resources"] = state._resources }
            .ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private void AddStack(string account)
    {
        string Arn(string service, string resource) => $"arn:aws:{service}:{Region}:{account}:{resource}";

        var vpc = Id("vpc");
        var subnet = Id("subnet");
        var group = Id("sg");
        var role = Name("role");
        var profile = Name("profile");
        var bucket = Name("bucket");
        var function = Name("fn");
        var database = Name("db");
        var queue = Name("queue");
        var balancer = Name("lb");
        var key = _texts.Key;
        var instance = Id("i");
        var roleArn = $"arn:aws:iam::{account}:role/{role}";
        var hash = _texts.Draw(Hex, 16);
        Add("aws_vpc", vpc, Arn("ec2", $"vpc/{vpc}"), ("owner_id", account), ("cidr_block", "10.0.0.0/16"), ("instance_tenancy", "default"));
        Add("aws_subnet", subnet, Arn("ec2", $"subnet/{subnet}"), ("vpc_id", vpc), ("owner_id", account), ("availability_zone", Region + "a"));
        Add("aws_security_group", group, Arn("ec2", $"security-group/{group}"), ("vpc_id", vpc), ("description", "Managed by Terraform"));
        Add("aws_iam_role", role, roleArn, ("name", role), ("unique_id", "AROA" + _texts.Draw("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17)),
            ("assume_role_policy", Policy("sts:AssumeRole", $"arn:aws:iam::{account}:root", "*")));
        Add("aws_iam_instance_profile", profile, $"arn:aws:iam::{account}:instance-profile/{profile}", ("name", profile), ("role", role));
        Add("aws_instance", instance, Arn("ec2", $"instance/{instance}"), ("subnet_id", subnet), ("iam_instance_profile", profile),
            ("vpc_security_group_ids", new JsonArray(group)), ("private_dns", $"ip-10-0-{_number % 250}-7.{Region}.compute.internal"));
        Add("aws_s3_bucket", bucket, $"arn:aws:s3:::{bucket}", ("bucket", bucket), ("bucket_domain_name", bucket + ".s3.amazonaws.com"),
            ("policy", Policy("s3:GetObject", roleArn, $"arn:aws:s3:::{bucket}/*")));
        Add("aws_kms_key", key, Arn("kms", "key/" + key), ("key_id", key), ("policy", Policy("kms:Decrypt", roleArn, "*")));
        Add("aws_lambda_function", function, Arn("lambda", "function:" + function), ("function_name", function), ("role", roleArn),
            ("kms_key_arn", Arn("kms", "key/" + key)), ("invoke_arn", $"arn:aws:apigateway:{Region}:lambda:path/2015-03-31/functions/{Arn("lambda", "function:" + function)}/invocations"));
        Add("aws_db_instance", database, Arn("rds", "db:" + database), ("identifier", database), ("kms_key_id", Arn("kms", "key/" + key)),
            ("endpoint", $"{database}.{_texts.Draw("abcdefghij", 11)}7.{Region}.rds.amazonaws.com:5432"));
        Add("aws_sqs_queue", $"https://sqs.{Region}.amazonaws.com/{account}/{queue}", Arn("sqs", queue), ("name", queue));
        Add("aws_lb", Arn("elasticloadbalancing", $"loadbalancer/app/{balancer}/{hash}"), Arn("elasticloadbalancing", $"loadbalancer/app/{balancer}/{hash}"),
            ("name", balancer), ("dns_name", $"internal-{balancer}-{_texts.Draw("123456789", 10)}.{Region}.elb.amazonaws.com"), ("subnets", new JsonArray(subnet)));
    }

    private static string Policy(string action, string principal, string resource) => JsonSerializer.Serialize(new
    {
        Version = "2012-10-17",
        Statement = new[] { new { Effect = "Allow", Action = action, Principal = new { AWS = principal }, Resource = resource } },
    });

    /// <summary>Of one length, so that none is a part of another.</summary>
    private string Name(string kind) => $"acme-{kind}-{++_number:d5}";

    private string Id(string prefix) => $"{prefix}-0{_texts.Draw(Hex, 16)}";

    private void Add(string type, string id, string arn, params (string Name, JsonNode Value)[] attributes)
    {
        var all = new JsonObject { ["arn"] = arn, ["id"] = id };
        foreach (var (name, value) in attributes)
        {
            all[name] = value;
        }

        _resources.Add(new JsonObject
        {
            ["mode"] = "managed",
            ["type"] = type,
            ["name"] = "this",
            ["provider"] = "provider[\"registry.terraform.io/hashicorp/aws\"]",
            ["instances"] = new JsonArray(new JsonObject { ["schema_version"] = 0, ["attributes"] = all }),
        });
    }
}
