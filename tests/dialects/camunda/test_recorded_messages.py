"""Messages are answered as the real server was recorded to answer them, see the folder `messages`."""

import pytest

from tests.client import CamundaClient
from tests.dialects.camunda.messages.stories import Story, Telling, differences, recorded, stories

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("story", [pytest.param(one, id=one.title) for one in stories()])
async def test_requests_are_answered_as_recorded(story: Story, camunda: CamundaClient) -> None:
    found = list(differences(await Telling(camunda.request).tell(story), recorded()[story.title], story))
    assert not found, "\n".join(found)
