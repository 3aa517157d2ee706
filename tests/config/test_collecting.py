"""What is loaded is collected over once, in a process of its own: freezing holds for the whole process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = """
import gc, sys
sys.path[:0] = ["platform"]
from config.collecting import spare_loaded_code
spare_loaded_code()
first = gc.get_freeze_count()
class Knot: pass
knot = Knot(); knot.itself = knot; del knot
assert gc.collect() >= 1 and gc.get_freeze_count() <= first, "garbage is still collected, and nothing more is spared"
import xml.dom.minidom
gc.collect()
assert gc.get_freeze_count() > first, "what was loaded since is spared"
print("as promised")
"""


def test_loaded_code_is_spared_and_garbage_is_not():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("as promised", "")
