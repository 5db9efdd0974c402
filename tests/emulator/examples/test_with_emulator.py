"""Tests in another language: they start the program, read where it listens, and stop it.

    cargo install atlas-emulator --features cli
    python3 test_with_emulator.py

The environment variable ATLAS_EMULATOR is the path of the program, if it is not in PATH.
"""

import json
import os
import subprocess
import unittest
import urllib.error
import urllib.request


class Emulator:
    """A running emulator, to be used in a `with` statement. It stops at the end, also after a failure."""

    def __init__(self, *flags):
        program = os.environ.get("ATLAS_EMULATOR", "atlas-emulator")
        # Free ports: several tests can run at once.
        self.command = [program, "--port", "0", "--json", *flags]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        # The program writes this line when it accepts requests. It is empty if the program has failed.
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("the emulator did not start")
        self.ready = json.loads(line)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def request(self, method, path, body=None):
        """Sends a request with digest authentication. Returns the status and the JSON of the response."""
        url, key = self.ready["baseUrl"], self.ready["apiKey"]
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, key["publicKey"], key["privateKey"])
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPDigestAuthHandler(passwords)
        )
        headers = {"Accept": "application/vnd.atlas.2024-11-13+json", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url + "/api/atlas/v2" + path, data, headers, method=method)
        try:
            with opener.open(request) as response:
                return response.status, json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or "null")


class LinkTokens(unittest.TestCase):
    def test_link_token_is_created_and_deleted(self):
        with Emulator() as emulator:
            path = "/orgs/" + emulator.ready["orgId"] + "/liveMigrations/linkTokens"
            status, token = emulator.request("POST", path, {"accessListIps": ["203.0.113.7"]})
            self.assertEqual(status, 201)
            self.assertTrue(token["linkToken"])
            self.assertEqual(emulator.request("DELETE", path), (204, None))
            status, error = emulator.request("DELETE", path)
            self.assertEqual((status, error["reason"]), (404, "Not Found"))
        # Windows has no SIGTERM: the program ends at once there.
        if os.name == "posix":
            self.assertEqual(emulator.process.returncode, 0)

    def test_member_may_not_create_a_link_token(self):
        with Emulator("--member") as emulator:
            path = "/orgs/" + emulator.ready["orgId"] + "/liveMigrations/linkTokens"
            self.assertEqual(emulator.request("POST", path, {})[0], 403)


if __name__ == "__main__":
    unittest.main()
